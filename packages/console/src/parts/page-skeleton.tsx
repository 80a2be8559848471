import { Skeleton } from 'antd';

/** The place of a page whose data is on its way. */
export function PageSkeleton() {
  return <Skeleton active title={{ width: '30%' }} paragraph={{ rows: 6 }} />;
}
