export type { PipelineReport, PipelineRun, RunError, RunState } from './pipeline-report.ts';
export { WorkerPipelines, type WorkerPipelinesPorts } from './worker-pipelines.ts';
