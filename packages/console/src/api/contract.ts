// Written by `npx vitest run --project unit tools -u` from the OpenAPI document of the manager.
export type paths = {
    "/api/v1/alarm-receivers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is told, and what became of the last message to each */
        get: operations["alarm-receivers.list"];
        put?: never;
        /** Create a receiver */
        post: operations["alarm-receivers.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarm-receivers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A receiver */
        get: operations["alarm-receivers.read"];
        /** Change a receiver; secrets that are left out stay */
        put: operations["alarm-receivers.update"];
        post?: never;
        /** Delete a receiver that no rule names; what waits for it is forgotten */
        delete: operations["alarm-receivers.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarm-receivers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message now, and say what the receiver said */
        post: operations["alarm-receivers.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarm-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is watched, and who is told */
        get: operations["alarm-rules.list"];
        put?: never;
        /** Create a rule */
        post: operations["alarm-rules.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarm-rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A rule */
        get: operations["alarm-rules.read"];
        /** Change a rule; what it raised and would no longer raise is cleared */
        put: operations["alarm-rules.update"];
        post?: never;
        /** Delete a rule; what it raised is cleared */
        delete: operations["alarm-rules.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alarms, the latest first */
        get: operations["alarms.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An alarm */
        get: operations["alarms.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alarms/{id}/silence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do not repeat a raised alarm for a time; that it is cleared, or got worse, is told */
        post: operations["alarms.silence"];
        /** End its silence */
        delete: operations["alarms.unsilence"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what, the newest first */
        get: operations["audit.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Channels */
        get: operations["channels.list"];
        put?: never;
        /** Create a channel */
        post: operations["channels.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel */
        get: operations["channels.read"];
        /** Change a channel; pipelines whose parameters change restart */
        put: operations["channels.update"];
        post?: never;
        /** Delete a channel without pipelines */
        delete: operations["channels.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a pipeline in a channel; with `twoWay` both directions, of which the leading one is answered */
        post: operations["pipelines.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start its pipelines, of a pair both or none; those that wait after a failure try at once */
        post: operations["channels.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What its pipelines do now */
        get: operations["channels.status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop its pipelines; they finish the commits under way */
        post: operations["channels.stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/channels/sparklines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last hour of every channel in which something ran, by the minute */
        get: operations["channels.sparklines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configuration as documents without secrets, whole or of one channel; users for administrators */
        get: operations["configuration.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/configuration/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do what the plan said, whole or not at all; refused when that is no longer what would be done */
        post: operations["configuration.apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/configuration/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What it takes to store what the documents say, and what that does to data; changes nothing */
        post: operations["configuration.plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Data sources */
        get: operations["data-sources.list"];
        put?: never;
        /** Create a data source */
        post: operations["data-sources.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A data source */
        get: operations["data-sources.read"];
        /** Change a data source; secrets that are left out stay; what runs with it restarts */
        put: operations["data-sources.update"];
        post?: never;
        /** Delete a data source that no pipeline uses */
        delete: operations["data-sources.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/{id}/columns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The columns of a table */
        get: operations["data-sources.columns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/{id}/switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Standby and primary change places; what runs with it restarts */
        post: operations["data-sources.switch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/{id}/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The tables of a server, and where these mappings would send them */
        post: operations["data-sources.tables"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at the primary server of a data source */
        post: operations["data-sources.test-stored"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/data-sources/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a server as described, without storing anything */
        post: operations["data-sources.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, to read */
        get: operations["docs.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, the newest first */
        get: operations["events.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the manager answers */
        get: operations["health.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `snapshot` with all pipelines, then `pipeline` with each change */
        get: operations["live.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Processes that run pipelines, what they run, and how busy they are */
        get: operations["nodes.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{name}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop every pipeline it runs, after the commits under way, and keep in mind which */
        post: operations["nodes.drain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{name}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start again what the last drain stopped */
        post: operations["nodes.resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description, OpenAPI 3.1 */
        get: operations["openapi.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** System parameters */
        get: operations["parameters.read"];
        /** Replace the system parameters; pipelines whose parameters change restart */
        put: operations["parameters.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pipelines */
        get: operations["pipelines.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pipeline */
        get: operations["pipelines.read"];
        /** Change a pipeline; it restarts when it runs. Source and target are changed by administrators */
        put: operations["pipelines.update"];
        post?: never;
        /** Delete a stopped pipeline, and what follows it; the checkpoints stay in the targets */
        delete: operations["pipelines.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conflicts that a pipeline has decided, the newest first */
        get: operations["conflicts.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/conflicts/{conflict}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A conflict */
        get: operations["conflicts.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/conflicts/{conflict}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What was decided is right; nothing is written but that somebody said so */
        post: operations["conflicts.confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/conflicts/{conflict}/keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have another row than was decided; it is written to the target and travels from there like any change */
        post: operations["conflicts.keep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last copy of each table, and how fast the one under way goes */
        get: operations["copy.read"];
        put?: never;
        /** Copy tables again, over the rows that are there, while their changes go on */
        post: operations["copy.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/copy/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End copies that were asked for; what they have copied stays */
        post: operations["copy.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/copy/throttle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Limit what the copy reads in a second, within a second and for later starts */
        post: operations["copy.throttle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables that stopped, with the rows that stopped them */
        get: operations["errors.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/errors/replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run your own statement on the target in place of the source's change of definition */
        post: operations["errors.replace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/errors/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try changes again once their cause is gone; their tables then catch up */
        post: operations["errors.retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/errors/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave changes out; their records stay */
        post: operations["errors.skip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which tables a pipeline keeps equal; the version is that of the pipeline */
        get: operations["mappings.read"];
        /** Replace all mappings of a pipeline; it restarts when it runs */
        put: operations["mappings.replace"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What holds for a pipeline, and which level says so; what nobody says is the default of `otter sync` */
        get: operations["pipelines.parameters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/position": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where it goes on reading, and how much of the source's log lies behind that */
        get: operations["position.read"];
        /** Let a stopped pipeline go on from another place */
        put: operations["position.set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/position/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which position that is, and what setting it would bring again or leave out; changes nothing */
        post: operations["position.preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/preflight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a pipeline would find if it started now */
        post: operations["preflight.stored"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start one pipeline of a channel; one that waits after a failure tries at once */
        post: operations["pipelines.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What it did over a range of time, kept for 3 hours by 10 s, 7 days by the minute, a year by the hour */
        get: operations["statistics.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop one pipeline of a channel; it finishes the commits under way */
        post: operations["pipelines.stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its tables, what happens to each, and what has happened since the pipeline started */
        get: operations["tables.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/tables/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows applied to one table over a range of time, kept for 7 days by the minute, a year by the hour */
        get: operations["tables.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its verifications, the latest first */
        get: operations["verifications.list"];
        put?: never;
        /** Compare its tables row by row, beside what it does; goes on after a restart of the manager */
        post: operations["verifications.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/preflight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a pipeline like this would find before it starts; nothing is stored */
        post: operations["preflight.unsaved"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Channels, pipelines, data sources, tables, codes of errors, and for administrators users, by their names */
        get: operations["search.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["session.read"];
        put?: never;
        /** Sign in; the answer sets the session cookie */
        post: operations["session.create"];
        /** Sign out */
        delete: operations["session.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one's own password; every other session ends */
        post: operations["session.password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This manager and what it works with */
        get: operations["system.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My tokens */
        get: operations["tokens.list"];
        put?: never;
        /** Create a token; its secret is in the answer and shown never again */
        post: operations["tokens.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: operations["tokens.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users */
        get: operations["users.list"];
        put?: never;
        /** Create a user */
        post: operations["users.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A user */
        get: operations["users.read"];
        /** Change a user; one that is disabled is signed out */
        put: operations["users.update"];
        post?: never;
        /** Delete a user with its sessions and tokens */
        delete: operations["users.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the password of a user; all its sessions end */
        post: operations["users.password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A verification */
        get: operations["verifications.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End what is under way; what it has found or done stays */
        post: operations["verifications.cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications/{id}/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows it has found to differ, in the order they were found */
        get: operations["verifications.differences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications/{id}/repair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the rows that differ on the target what they are on the source, or show what that would write */
        post: operations["verifications.repair"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put rows that its repair wrote back as they were, where they still are what it wrote */
        post: operations["verifications.undo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the pipelines report, in the text format of Prometheus */
        get: operations["metrics.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
};
export type webhooks = Record<string, never>;
export type components = {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
    "alarm-receivers.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            description: string;
                            hasHeaderValue: boolean;
                            hasPassword: boolean;
                            hasSigningKey: boolean;
                            headerName: string | null;
                            id: number;
                            /** @enum {string} */
                            language: "en" | "zh";
                            /** @description what became of the last message; null: none was sent */
                            last: {
                                /** @description what it said last; null: nothing yet */
                                answer: string | null;
                                /** @description milliseconds since 1970-01-01 UTC */
                                atMs: number;
                                attempts: number;
                                /** @enum {string} */
                                state: "waiting" | "sent" | "failed";
                            } | null;
                            mail: {
                                from: string;
                                host: string;
                                port: number;
                                /** @enum {string} */
                                tls: "off" | "starttls" | "on";
                                to: string[];
                                user: string | null;
                            } | null;
                            name: string;
                            /** @description https://host of the URL; null for e-mail */
                            origin: string | null;
                            /** @enum {string} */
                            type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "alarm-receivers.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /** @default null */
                    headerName?: string | null;
                    /** @description sent in the header named by headerName */
                    headerValue?: string | null;
                    /**
                     * @default en
                     * @enum {string}
                     */
                    language?: "en" | "zh";
                    /** @default null */
                    mail?: {
                        from: string;
                        host: string;
                        /** @default 465 */
                        port?: number;
                        /**
                         * @description on: TLS from the first byte; starttls: asked for, and required; certificates are checked
                         * @default on
                         * @enum {string}
                         */
                        tls?: "off" | "starttls" | "on";
                        to: string[];
                        /** @default null */
                        user?: string | null;
                    } | null;
                    name: string;
                    /** @description of the mail server */
                    password?: string | null;
                    /** @description key of the signature: HMAC of a webhook, the secret of a DingTalk or Feishu robot */
                    signingKey?: string | null;
                    /** @enum {string} */
                    type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                    /** @description kept sealed: the URL of a robot is its password */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasHeaderValue: boolean;
                        hasPassword: boolean;
                        hasSigningKey: boolean;
                        headerName: string | null;
                        id: number;
                        /** @enum {string} */
                        language: "en" | "zh";
                        /** @description what became of the last message; null: none was sent */
                        last: {
                            /** @description what it said last; null: nothing yet */
                            answer: string | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            attempts: number;
                            /** @enum {string} */
                            state: "waiting" | "sent" | "failed";
                        } | null;
                        mail: {
                            from: string;
                            host: string;
                            port: number;
                            /** @enum {string} */
                            tls: "off" | "starttls" | "on";
                            to: string[];
                            user: string | null;
                        } | null;
                        name: string;
                        /** @description https://host of the URL; null for e-mail */
                        origin: string | null;
                        /** @enum {string} */
                        type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-receivers.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasHeaderValue: boolean;
                        hasPassword: boolean;
                        hasSigningKey: boolean;
                        headerName: string | null;
                        id: number;
                        /** @enum {string} */
                        language: "en" | "zh";
                        /** @description what became of the last message; null: none was sent */
                        last: {
                            /** @description what it said last; null: nothing yet */
                            answer: string | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            attempts: number;
                            /** @enum {string} */
                            state: "waiting" | "sent" | "failed";
                        } | null;
                        mail: {
                            from: string;
                            host: string;
                            port: number;
                            /** @enum {string} */
                            tls: "off" | "starttls" | "on";
                            to: string[];
                            user: string | null;
                        } | null;
                        name: string;
                        /** @description https://host of the URL; null for e-mail */
                        origin: string | null;
                        /** @enum {string} */
                        type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-receivers.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /** @default null */
                    headerName?: string | null;
                    /** @description sent in the header named by headerName */
                    headerValue?: string | null;
                    /**
                     * @default en
                     * @enum {string}
                     */
                    language?: "en" | "zh";
                    /** @default null */
                    mail?: {
                        from: string;
                        host: string;
                        /** @default 465 */
                        port?: number;
                        /**
                         * @description on: TLS from the first byte; starttls: asked for, and required; certificates are checked
                         * @default on
                         * @enum {string}
                         */
                        tls?: "off" | "starttls" | "on";
                        to: string[];
                        /** @default null */
                        user?: string | null;
                    } | null;
                    name: string;
                    /** @description of the mail server */
                    password?: string | null;
                    /** @description key of the signature: HMAC of a webhook, the secret of a DingTalk or Feishu robot */
                    signingKey?: string | null;
                    /** @enum {string} */
                    type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                    /** @description kept sealed: the URL of a robot is its password */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasHeaderValue: boolean;
                        hasPassword: boolean;
                        hasSigningKey: boolean;
                        headerName: string | null;
                        id: number;
                        /** @enum {string} */
                        language: "en" | "zh";
                        /** @description what became of the last message; null: none was sent */
                        last: {
                            /** @description what it said last; null: nothing yet */
                            answer: string | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            attempts: number;
                            /** @enum {string} */
                            state: "waiting" | "sent" | "failed";
                        } | null;
                        mail: {
                            from: string;
                            host: string;
                            port: number;
                            /** @enum {string} */
                            tls: "off" | "starttls" | "on";
                            to: string[];
                            user: string | null;
                        } | null;
                        name: string;
                        /** @description https://host of the URL; null for e-mail */
                        origin: string | null;
                        /** @enum {string} */
                        type: "webhook" | "dingtalk" | "wecom" | "feishu" | "email";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-receivers.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "alarm-receivers.test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description what the receiver said, or why it said nothing */
                        answer: string;
                        ok: boolean;
                        tookMs: number;
                    };
                };
            };
        };
    };
    "alarm-rules.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            channelId: number | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            description: string;
                            /** @default true */
                            enabled: boolean;
                            /**
                             * @description how long it has to last before it is told; 0: at once
                             * @default 0
                             */
                            forMinutes: number;
                            id: number;
                            name: string;
                            pipelineId: number | null;
                            receiverIds: number[] | null;
                            /**
                             * @description the pause after which it is told once more while it lasts; 0: never
                             * @default 60
                             */
                            repeatMinutes: number;
                            /**
                             * @default warning
                             * @enum {string}
                             */
                            severity: "warning" | "critical";
                            /**
                             * @description of a delay; no other type uses it
                             * @default 60
                             */
                            thresholdSeconds: number;
                            /** @enum {string} */
                            type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "alarm-rules.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    channelId?: number | null;
                    /** @default  */
                    description?: string;
                    /** @default true */
                    enabled?: boolean;
                    /**
                     * @description how long it has to last before it is told; 0: at once
                     * @default 0
                     */
                    forMinutes?: number;
                    name: string;
                    /** @default null */
                    pipelineId?: number | null;
                    /**
                     * @description null: every receiver there is
                     * @default null
                     */
                    receiverIds?: number[] | null;
                    /**
                     * @description the pause after which it is told once more while it lasts; 0: never
                     * @default 60
                     */
                    repeatMinutes?: number;
                    /**
                     * @default warning
                     * @enum {string}
                     */
                    severity?: "warning" | "critical";
                    /**
                     * @description of a delay; no other type uses it
                     * @default 60
                     */
                    thresholdSeconds?: number;
                    /** @enum {string} */
                    type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @default true */
                        enabled: boolean;
                        /**
                         * @description how long it has to last before it is told; 0: at once
                         * @default 0
                         */
                        forMinutes: number;
                        id: number;
                        name: string;
                        pipelineId: number | null;
                        receiverIds: number[] | null;
                        /**
                         * @description the pause after which it is told once more while it lasts; 0: never
                         * @default 60
                         */
                        repeatMinutes: number;
                        /**
                         * @default warning
                         * @enum {string}
                         */
                        severity: "warning" | "critical";
                        /**
                         * @description of a delay; no other type uses it
                         * @default 60
                         */
                        thresholdSeconds: number;
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-rules.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @default true */
                        enabled: boolean;
                        /**
                         * @description how long it has to last before it is told; 0: at once
                         * @default 0
                         */
                        forMinutes: number;
                        id: number;
                        name: string;
                        pipelineId: number | null;
                        receiverIds: number[] | null;
                        /**
                         * @description the pause after which it is told once more while it lasts; 0: never
                         * @default 60
                         */
                        repeatMinutes: number;
                        /**
                         * @default warning
                         * @enum {string}
                         */
                        severity: "warning" | "critical";
                        /**
                         * @description of a delay; no other type uses it
                         * @default 60
                         */
                        thresholdSeconds: number;
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-rules.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    channelId?: number | null;
                    /** @default  */
                    description?: string;
                    /** @default true */
                    enabled?: boolean;
                    /**
                     * @description how long it has to last before it is told; 0: at once
                     * @default 0
                     */
                    forMinutes?: number;
                    name: string;
                    /** @default null */
                    pipelineId?: number | null;
                    /**
                     * @description null: every receiver there is
                     * @default null
                     */
                    receiverIds?: number[] | null;
                    /**
                     * @description the pause after which it is told once more while it lasts; 0: never
                     * @default 60
                     */
                    repeatMinutes?: number;
                    /**
                     * @default warning
                     * @enum {string}
                     */
                    severity?: "warning" | "critical";
                    /**
                     * @description of a delay; no other type uses it
                     * @default 60
                     */
                    thresholdSeconds?: number;
                    /** @enum {string} */
                    type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @default true */
                        enabled: boolean;
                        /**
                         * @description how long it has to last before it is told; 0: at once
                         * @default 0
                         */
                        forMinutes: number;
                        id: number;
                        name: string;
                        pipelineId: number | null;
                        receiverIds: number[] | null;
                        /**
                         * @description the pause after which it is told once more while it lasts; 0: never
                         * @default 60
                         */
                        repeatMinutes: number;
                        /**
                         * @default warning
                         * @enum {string}
                         */
                        severity: "warning" | "critical";
                        /**
                         * @description of a delay; no other type uses it
                         * @default 60
                         */
                        thresholdSeconds: number;
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "alarm-rules.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "alarms.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                channelId?: string;
                limit?: string;
                pipelineId?: string;
                severity?: "warning" | "critical";
                state?: "raised" | "cleared";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            channelId: number;
                            channelName: string;
                            /** @description null: it is raised */
                            clearedAtMs: number | null;
                            facts: {
                                /** @description why it failed */
                                code: string | null;
                                /**
                                 * @description rows that came round, conflicts that are open
                                 * @default null
                                 */
                                count: number | null;
                                /** @description of a delay, when it was looked at last */
                                lagMs: number | null;
                                /** @description tables that stopped or differ; none is taken away while it lasts */
                                tables: string[];
                                thresholdSeconds: number | null;
                            };
                            id: number;
                            pipelineId: number;
                            pipelineName: string;
                            /** @description milliseconds since 1970-01-01 UTC */
                            raisedAtMs: number;
                            ruleId: number;
                            ruleName: string;
                            /** @enum {string} */
                            severity: "warning" | "critical";
                            /** @description until when nothing is repeated, and why */
                            silence: {
                                reason: string;
                                /** @description milliseconds since 1970-01-01 UTC */
                                untilMs: number;
                                userName: string;
                            } | null;
                            /** @description the facts in words */
                            text: {
                                en: string;
                                zh: string;
                            };
                            /** @enum {string} */
                            type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "alarms.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        channelName: string;
                        /** @description null: it is raised */
                        clearedAtMs: number | null;
                        facts: {
                            /** @description why it failed */
                            code: string | null;
                            /**
                             * @description rows that came round, conflicts that are open
                             * @default null
                             */
                            count: number | null;
                            /** @description of a delay, when it was looked at last */
                            lagMs: number | null;
                            /** @description tables that stopped or differ; none is taken away while it lasts */
                            tables: string[];
                            thresholdSeconds: number | null;
                        };
                        id: number;
                        pipelineId: number;
                        pipelineName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        raisedAtMs: number;
                        ruleId: number;
                        ruleName: string;
                        /** @enum {string} */
                        severity: "warning" | "critical";
                        /** @description until when nothing is repeated, and why */
                        silence: {
                            reason: string;
                            /** @description milliseconds since 1970-01-01 UTC */
                            untilMs: number;
                            userName: string;
                        } | null;
                        /** @description the facts in words */
                        text: {
                            en: string;
                            zh: string;
                        };
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                    };
                };
            };
        };
    };
    "alarms.silence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    minutes: number;
                    /** @description why, for the record */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        channelName: string;
                        /** @description null: it is raised */
                        clearedAtMs: number | null;
                        facts: {
                            /** @description why it failed */
                            code: string | null;
                            /**
                             * @description rows that came round, conflicts that are open
                             * @default null
                             */
                            count: number | null;
                            /** @description of a delay, when it was looked at last */
                            lagMs: number | null;
                            /** @description tables that stopped or differ; none is taken away while it lasts */
                            tables: string[];
                            thresholdSeconds: number | null;
                        };
                        id: number;
                        pipelineId: number;
                        pipelineName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        raisedAtMs: number;
                        ruleId: number;
                        ruleName: string;
                        /** @enum {string} */
                        severity: "warning" | "critical";
                        /** @description until when nothing is repeated, and why */
                        silence: {
                            reason: string;
                            /** @description milliseconds since 1970-01-01 UTC */
                            untilMs: number;
                            userName: string;
                        } | null;
                        /** @description the facts in words */
                        text: {
                            en: string;
                            zh: string;
                        };
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                    };
                };
            };
        };
    };
    "alarms.unsilence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        channelName: string;
                        /** @description null: it is raised */
                        clearedAtMs: number | null;
                        facts: {
                            /** @description why it failed */
                            code: string | null;
                            /**
                             * @description rows that came round, conflicts that are open
                             * @default null
                             */
                            count: number | null;
                            /** @description of a delay, when it was looked at last */
                            lagMs: number | null;
                            /** @description tables that stopped or differ; none is taken away while it lasts */
                            tables: string[];
                            thresholdSeconds: number | null;
                        };
                        id: number;
                        pipelineId: number;
                        pipelineName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        raisedAtMs: number;
                        ruleId: number;
                        ruleName: string;
                        /** @enum {string} */
                        severity: "warning" | "critical";
                        /** @description until when nothing is repeated, and why */
                        silence: {
                            reason: string;
                            /** @description milliseconds since 1970-01-01 UTC */
                            untilMs: number;
                            userName: string;
                        } | null;
                        /** @description the facts in words */
                        text: {
                            en: string;
                            zh: string;
                        };
                        /** @enum {string} */
                        type: "delay" | "table-stopped" | "pipeline-failed" | "no-report" | "rows-differ" | "echoes" | "conflicts-open";
                    };
                };
            };
        };
    };
    "audit.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
                objectId?: string;
                objectKind?: string;
                userName?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            action: string;
                            after: unknown;
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            before: unknown;
                            id: number;
                            objectId: number | null;
                            objectKind: string;
                            objectName: string;
                            userId: number | null;
                            userName: string;
                            /** @description `session`, `token NAME` or `system` */
                            via: string;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "channels.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            description: string;
                            id: number;
                            name: string;
                            parameters: {
                                /** @enum {string} */
                                apply?: "transaction" | "row";
                                "conflicts-days"?: number;
                                "control-schema"?: string;
                                "copy-lanes"?: number;
                                "copy-max-lag"?: number;
                                "copy-max-load"?: number;
                                "copy-rate"?: string;
                                /** @enum {string} */
                                "create-tables"?: "auto" | "yes" | "no";
                                ddl?: string;
                                /** @enum {string} */
                                "free-gate"?: "on" | "off";
                                /** @enum {string} */
                                heartbeat?: "auto" | "off";
                                /** @enum {string} */
                                "if-not-empty"?: "fail" | "keep" | "replace";
                                /** @enum {string} */
                                indexes?: "after-copy" | "with-table";
                                memory?: string;
                                /** @enum {string} */
                                mode?: "auto" | "full+incremental" | "full" | "incremental";
                                "otter-marks"?: string;
                                workers?: number;
                            };
                            pipelineCount: number;
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "channels.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    name: string;
                    /** @default {} */
                    parameters?: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        workers?: number;
                    };
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        id: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            workers?: number;
                        };
                        pipelineCount: number;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "channels.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        id: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            workers?: number;
                        };
                        pipelineCount: number;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "channels.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    name: string;
                    /** @default {} */
                    parameters?: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        workers?: number;
                    };
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        id: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            workers?: number;
                        };
                        pipelineCount: number;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "channels.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "pipelines.create": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description key of the checkpoint in the target; give the --name of an `otter sync` to go on where it is */
                    checkpointName?: string;
                    /** @default  */
                    description?: string;
                    name: string;
                    /** @default {} */
                    parameters?: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        "server-id"?: number;
                        start?: string;
                        workers?: number;
                    };
                    sourceId: number;
                    targetId: number;
                    /** @description both sides are written and kept equal: a second pipeline brings back what the target writes */
                    twoWay?: {
                        /**
                         * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                         * @default []
                         */
                        ask?: string[];
                        /**
                         * @description which of two changes of a row stays: the later one, or that of the source or the target
                         * @default newest
                         * @enum {string}
                         */
                        conflicts?: "newest" | "from" | "to";
                        /**
                         * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                         * @default []
                         */
                        rules?: string[];
                    };
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        checkpointName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @enum {string} */
                        desired: "running" | "stopped";
                        id: number;
                        mappingCount: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            "server-id"?: number;
                            start?: string;
                            workers?: number;
                        };
                        sourceId: number;
                        targetId: number;
                        twoWay: {
                            /**
                             * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                             * @default []
                             */
                            ask: string[];
                            /**
                             * @description which of two changes of a row stays: the later one, or that of the source or the target
                             * @default newest
                             * @enum {string}
                             */
                            conflicts: "newest" | "from" | "to";
                            /** @description the pipeline that brings the changes of the target back */
                            counterpartId: number;
                            /** @description it copies and carries changes of definition; the other one follows it */
                            leads: boolean;
                            /**
                             * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                             * @default []
                             */
                            rules: string[];
                        } | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "channels.start": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        /** @description of its pipelines the earliest; null: one of them is not known */
                        equalAsOf: string | null;
                        pipelines: {
                            channelId: number;
                            /** @enum {string} */
                            desired: "running" | "stopped";
                            /** @description everything committed on the source up to then, by its clock, is on the target; null: not known */
                            equalAsOf: string | null;
                            /** @description tables of which that is not said: names of those that stopped, number of those being copied */
                            equalExcept: {
                                copying: number;
                                stopped: string[];
                            };
                            error: {
                                advice: string;
                                adviceZh: string;
                                code: string;
                                message: string;
                                /** @description the same in Chinese */
                                messageZh: string;
                            } | null;
                            name: string;
                            pipelineId: number;
                            restarts: number;
                            retryAtMs: number | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            sinceMs: number;
                            /** @enum {string} */
                            state: "stopped" | "starting" | "running" | "restarting" | "stopping" | "failed";
                            /** @description the status object of `otter sync --json`; null before the first */
                            status: unknown;
                            statusAtMs: number | null;
                        }[];
                    };
                };
            };
        };
    };
    "channels.status": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        /** @description of its pipelines the earliest; null: one of them is not known */
                        equalAsOf: string | null;
                        pipelines: {
                            channelId: number;
                            /** @enum {string} */
                            desired: "running" | "stopped";
                            /** @description everything committed on the source up to then, by its clock, is on the target; null: not known */
                            equalAsOf: string | null;
                            /** @description tables of which that is not said: names of those that stopped, number of those being copied */
                            equalExcept: {
                                copying: number;
                                stopped: string[];
                            };
                            error: {
                                advice: string;
                                adviceZh: string;
                                code: string;
                                message: string;
                                /** @description the same in Chinese */
                                messageZh: string;
                            } | null;
                            name: string;
                            pipelineId: number;
                            restarts: number;
                            retryAtMs: number | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            sinceMs: number;
                            /** @enum {string} */
                            state: "stopped" | "starting" | "running" | "restarting" | "stopping" | "failed";
                            /** @description the status object of `otter sync --json`; null before the first */
                            status: unknown;
                            statusAtMs: number | null;
                        }[];
                    };
                };
            };
        };
    };
    "channels.stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        /** @description of its pipelines the earliest; null: one of them is not known */
                        equalAsOf: string | null;
                        pipelines: {
                            channelId: number;
                            /** @enum {string} */
                            desired: "running" | "stopped";
                            /** @description everything committed on the source up to then, by its clock, is on the target; null: not known */
                            equalAsOf: string | null;
                            /** @description tables of which that is not said: names of those that stopped, number of those being copied */
                            equalExcept: {
                                copying: number;
                                stopped: string[];
                            };
                            error: {
                                advice: string;
                                adviceZh: string;
                                code: string;
                                message: string;
                                /** @description the same in Chinese */
                                messageZh: string;
                            } | null;
                            name: string;
                            pipelineId: number;
                            restarts: number;
                            retryAtMs: number | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            sinceMs: number;
                            /** @enum {string} */
                            state: "stopped" | "starting" | "running" | "restarting" | "stopping" | "failed";
                            /** @description the status object of `otter sync --json`; null before the first */
                            status: unknown;
                            statusAtMs: number | null;
                        }[];
                    };
                };
            };
        };
    };
    "channels.sparklines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        fromMs: number;
                        items: {
                            channelId: number;
                            lagMs: (number | null)[];
                            rowsPerSecond: (number | null)[];
                        }[];
                        stepMs: number;
                    };
                };
            };
        };
    };
    "configuration.export": {
        parameters: {
            query?: {
                channel?: string;
                format?: "json" | "yaml";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        documents: {
                            [key: string]: unknown;
                        }[];
                    } | string;
                };
            };
        };
    };
    "configuration.apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description documents as `GET /configuration` gives them, or their YAML text */
                    documents: unknown[] | string;
                    /** @description of the plan that was looked at */
                    fingerprint: string;
                    /**
                     * @description delete data sources, channels and pipelines no document names
                     * @default false
                     */
                    prune?: boolean;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: {
                            /** @enum {string} */
                            action: "create" | "change" | "delete";
                            /** @description why it cannot be done now */
                            blocked: string | null;
                            blockedZh: string | null;
                            differences: {
                                after: unknown;
                                before: unknown;
                                path: string;
                            }[];
                            /** @description what it does to data and to what runs */
                            effects: string[];
                            /** @description the same in Chinese */
                            effectsZh: string[];
                            kind: string;
                            name: string;
                        }[];
                        fingerprint: string;
                    };
                };
            };
        };
    };
    "configuration.plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description documents as `GET /configuration` gives them, or their YAML text */
                    documents: unknown[] | string;
                    /**
                     * @description delete data sources, channels and pipelines no document names
                     * @default false
                     */
                    prune?: boolean;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: {
                            /** @enum {string} */
                            action: "create" | "change" | "delete";
                            /** @description why it cannot be done now */
                            blocked: string | null;
                            blockedZh: string | null;
                            differences: {
                                after: unknown;
                                before: unknown;
                                path: string;
                            }[];
                            /** @description what it does to data and to what runs */
                            effects: string[];
                            /** @description the same in Chinese */
                            effectsZh: string[];
                            kind: string;
                            name: string;
                        }[];
                        fingerprint: string;
                    };
                };
            };
        };
    };
    "data-sources.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            description: string;
                            hasPassword: boolean;
                            id: number;
                            /** @enum {string} */
                            kind: "mysql";
                            name: string;
                            primary: {
                                host: string;
                                port: number;
                            };
                            standby: {
                                host: string;
                                port: number;
                            } | null;
                            tls: {
                                ca: string | null;
                                cert: string | null;
                                hasKey: boolean;
                                /** @enum {string} */
                                mode: "off" | "on" | "verify-ca" | "verify-full";
                            };
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            user: string;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "data-sources.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /**
                     * @description MySQL or MariaDB
                     * @default mysql
                     * @enum {string}
                     */
                    kind?: "mysql";
                    name: string;
                    password?: string;
                    primary: {
                        host: string;
                        port: number;
                    };
                    /** @default null */
                    standby?: {
                        host: string;
                        port: number;
                    } | null;
                    /**
                     * @default {
                     *       "mode": "off",
                     *       "ca": null,
                     *       "cert": null
                     *     }
                     */
                    tls?: {
                        /** @default null */
                        ca?: string | null;
                        /** @default null */
                        cert?: string | null;
                        /** @description left out: as stored; null: none */
                        key?: string | null;
                        /** @enum {string} */
                        mode: "off" | "on" | "verify-ca" | "verify-full";
                    };
                    user: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasPassword: boolean;
                        id: number;
                        /** @enum {string} */
                        kind: "mysql";
                        name: string;
                        primary: {
                            host: string;
                            port: number;
                        };
                        standby: {
                            host: string;
                            port: number;
                        } | null;
                        tls: {
                            ca: string | null;
                            cert: string | null;
                            hasKey: boolean;
                            /** @enum {string} */
                            mode: "off" | "on" | "verify-ca" | "verify-full";
                        };
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        user: string;
                        version: number;
                    };
                };
            };
        };
    };
    "data-sources.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasPassword: boolean;
                        id: number;
                        /** @enum {string} */
                        kind: "mysql";
                        name: string;
                        primary: {
                            host: string;
                            port: number;
                        };
                        standby: {
                            host: string;
                            port: number;
                        } | null;
                        tls: {
                            ca: string | null;
                            cert: string | null;
                            hasKey: boolean;
                            /** @enum {string} */
                            mode: "off" | "on" | "verify-ca" | "verify-full";
                        };
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        user: string;
                        version: number;
                    };
                };
            };
        };
    };
    "data-sources.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /**
                     * @description MySQL or MariaDB
                     * @default mysql
                     * @enum {string}
                     */
                    kind?: "mysql";
                    name: string;
                    password?: string;
                    primary: {
                        host: string;
                        port: number;
                    };
                    /** @default null */
                    standby?: {
                        host: string;
                        port: number;
                    } | null;
                    /**
                     * @default {
                     *       "mode": "off",
                     *       "ca": null,
                     *       "cert": null
                     *     }
                     */
                    tls?: {
                        /** @default null */
                        ca?: string | null;
                        /** @default null */
                        cert?: string | null;
                        /** @description left out: as stored; null: none */
                        key?: string | null;
                        /** @enum {string} */
                        mode: "off" | "on" | "verify-ca" | "verify-full";
                    };
                    user: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasPassword: boolean;
                        id: number;
                        /** @enum {string} */
                        kind: "mysql";
                        name: string;
                        primary: {
                            host: string;
                            port: number;
                        };
                        standby: {
                            host: string;
                            port: number;
                        } | null;
                        tls: {
                            ca: string | null;
                            cert: string | null;
                            hasKey: boolean;
                            /** @enum {string} */
                            mode: "off" | "on" | "verify-ca" | "verify-full";
                        };
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        user: string;
                        version: number;
                    };
                };
            };
        };
    };
    "data-sources.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "data-sources.columns": {
        parameters: {
            query: {
                schema: string;
                table: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        columns: {
                            isGenerated: boolean;
                            isKey: boolean;
                            name: string;
                            nullable: boolean;
                            type: string;
                        }[];
                    };
                };
            };
        };
    };
    "data-sources.switch": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        hasPassword: boolean;
                        id: number;
                        /** @enum {string} */
                        kind: "mysql";
                        name: string;
                        primary: {
                            host: string;
                            port: number;
                        };
                        standby: {
                            host: string;
                            port: number;
                        } | null;
                        tls: {
                            ca: string | null;
                            cert: string | null;
                            hasKey: boolean;
                            /** @enum {string} */
                            mode: "off" | "on" | "verify-ca" | "verify-full";
                        };
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        user: string;
                        version: number;
                    };
                };
            };
        };
    };
    "data-sources.tables": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default [] */
                    mappings?: {
                        /**
                         * @default {
                         *       "mode": "all",
                         *       "names": [],
                         *       "rename": []
                         *     }
                         */
                        columns?: {
                            /** @enum {string} */
                            mode: "all" | "include" | "exclude";
                            /** @default [] */
                            names?: string[];
                            /** @default [] */
                            rename?: {
                                source: string;
                                target: string;
                            }[];
                        };
                        /** @description schema.table: names, ranges t[01-32], regular expressions, * */
                        source: string;
                        /** @default null */
                        target?: string | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description there are more than 5000 */
                        isCut: boolean;
                        tables: {
                            bytes: number;
                            /**
                             * @description what tells its rows apart
                             * @enum {string}
                             */
                            key: "primary" | "unique" | "none";
                            /** @description as the server estimates them */
                            rows: number;
                            schema: string;
                            table: string;
                            /** @description schema.table it goes to; null: it does not travel */
                            target: string | null;
                        }[];
                    };
                };
            };
        };
    };
    "data-sources.test-stored": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[];
                        /** @description of the server; null when nobody answered */
                        version: string | null;
                    };
                };
            };
        };
    };
    "data-sources.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /**
                     * @description MySQL or MariaDB
                     * @default mysql
                     * @enum {string}
                     */
                    kind?: "mysql";
                    name: string;
                    password?: string;
                    primary: {
                        host: string;
                        port: number;
                    };
                    /** @default null */
                    standby?: {
                        host: string;
                        port: number;
                    } | null;
                    /**
                     * @default {
                     *       "mode": "off",
                     *       "ca": null,
                     *       "cert": null
                     *     }
                     */
                    tls?: {
                        /** @default null */
                        ca?: string | null;
                        /** @default null */
                        cert?: string | null;
                        /** @description left out: as stored; null: none */
                        key?: string | null;
                        /** @enum {string} */
                        mode: "off" | "on" | "verify-ca" | "verify-full";
                    };
                    user: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[];
                        /** @description of the server; null when nobody answered */
                        version: string | null;
                    };
                };
            };
        };
    };
    "docs.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    "events.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                channelId?: string;
                code?: string;
                from?: string;
                level?: "info" | "warn" | "error";
                limit?: string;
                /** @description only what is a mark in the charts */
                marks?: "true" | "false";
                pipelineId?: string;
                /** @description in the message or the code */
                search?: string;
                /** @description not included */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            channelId: number | null;
                            code: string | null;
                            id: number;
                            /** @enum {string} */
                            level: "info" | "warn" | "error";
                            /** @description what it is in the charts of its pipeline: began to run, stopped, a definition changed, an error */
                            mark: ("start" | "stop" | "ddl" | "error") | null;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            pipelineId: number | null;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "health.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    "live.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
        };
    };
    "nodes.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description what the last drain stopped and a resume starts again */
                            drained: {
                                /** @description milliseconds since 1970-01-01 UTC */
                                atMs: number;
                                pipelines: number[];
                                userName: string;
                            } | null;
                            host: {
                                freeMemoryBytes: number;
                                /** @description over 1, 5 and 15 minutes */
                                loadAverage: number[];
                                memoryBytes: number;
                                name: string;
                                processors: number;
                                system: string;
                            };
                            /** @description null in the first seconds */
                            load: {
                                /** @description of the manager's own thread: pages wait for it, rows do not */
                                loopDelayMs: {
                                    max: number;
                                    mean: number;
                                };
                                /** @description how long the figures are about, until now */
                                overMs: number;
                                /** @description kept busy by all threads together */
                                processors: number;
                            } | null;
                            /** @description resident, of the process */
                            memoryBytes: number;
                            name: string;
                            nodeVersion: string;
                            pipelines: {
                                /** @description share of the time its thread worked, 0 to 1 */
                                busy: number | null;
                                channelId: number;
                                pipelineId: number;
                            }[];
                            /** @description milliseconds since 1970-01-01 UTC */
                            startedAtMs: number;
                            version: string;
                        }[];
                    };
                };
            };
        };
    };
    "nodes.drain": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pipelines: number[];
                    };
                };
            };
        };
    };
    "nodes.resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        pipelines: number[];
                    };
                };
            };
        };
    };
    "openapi.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    "parameters.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            workers?: number;
                        };
                        version: number;
                    };
                };
            };
        };
    };
    "parameters.replace": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    parameters: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        workers?: number;
                    };
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            workers?: number;
                        };
                        version: number;
                    };
                };
            };
        };
    };
    "pipelines.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                channelId?: string;
                limit?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            channelId: number;
                            checkpointName: string;
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            description: string;
                            /** @enum {string} */
                            desired: "running" | "stopped";
                            id: number;
                            mappingCount: number;
                            name: string;
                            parameters: {
                                /** @enum {string} */
                                apply?: "transaction" | "row";
                                "conflicts-days"?: number;
                                "control-schema"?: string;
                                "copy-lanes"?: number;
                                "copy-max-lag"?: number;
                                "copy-max-load"?: number;
                                "copy-rate"?: string;
                                /** @enum {string} */
                                "create-tables"?: "auto" | "yes" | "no";
                                ddl?: string;
                                /** @enum {string} */
                                "free-gate"?: "on" | "off";
                                /** @enum {string} */
                                heartbeat?: "auto" | "off";
                                /** @enum {string} */
                                "if-not-empty"?: "fail" | "keep" | "replace";
                                /** @enum {string} */
                                indexes?: "after-copy" | "with-table";
                                memory?: string;
                                /** @enum {string} */
                                mode?: "auto" | "full+incremental" | "full" | "incremental";
                                "otter-marks"?: string;
                                "server-id"?: number;
                                start?: string;
                                workers?: number;
                            };
                            sourceId: number;
                            targetId: number;
                            twoWay: {
                                /**
                                 * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                                 * @default []
                                 */
                                ask: string[];
                                /**
                                 * @description which of two changes of a row stays: the later one, or that of the source or the target
                                 * @default newest
                                 * @enum {string}
                                 */
                                conflicts: "newest" | "from" | "to";
                                /** @description the pipeline that brings the changes of the target back */
                                counterpartId: number;
                                /** @description it copies and carries changes of definition; the other one follows it */
                                leads: boolean;
                                /**
                                 * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                                 * @default []
                                 */
                                rules: string[];
                            } | null;
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "pipelines.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        checkpointName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @enum {string} */
                        desired: "running" | "stopped";
                        id: number;
                        mappingCount: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            "server-id"?: number;
                            start?: string;
                            workers?: number;
                        };
                        sourceId: number;
                        targetId: number;
                        twoWay: {
                            /**
                             * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                             * @default []
                             */
                            ask: string[];
                            /**
                             * @description which of two changes of a row stays: the later one, or that of the source or the target
                             * @default newest
                             * @enum {string}
                             */
                            conflicts: "newest" | "from" | "to";
                            /** @description the pipeline that brings the changes of the target back */
                            counterpartId: number;
                            /** @description it copies and carries changes of definition; the other one follows it */
                            leads: boolean;
                            /**
                             * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                             * @default []
                             */
                            rules: string[];
                        } | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "pipelines.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    name: string;
                    /** @default {} */
                    parameters?: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        "server-id"?: number;
                        start?: string;
                        workers?: number;
                    };
                    sourceId: number;
                    targetId: number;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        checkpointName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @enum {string} */
                        desired: "running" | "stopped";
                        id: number;
                        mappingCount: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            "server-id"?: number;
                            start?: string;
                            workers?: number;
                        };
                        sourceId: number;
                        targetId: number;
                        twoWay: {
                            /**
                             * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                             * @default []
                             */
                            ask: string[];
                            /**
                             * @description which of two changes of a row stays: the later one, or that of the source or the target
                             * @default newest
                             * @enum {string}
                             */
                            conflicts: "newest" | "from" | "to";
                            /** @description the pipeline that brings the changes of the target back */
                            counterpartId: number;
                            /** @description it copies and carries changes of definition; the other one follows it */
                            leads: boolean;
                            /**
                             * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                             * @default []
                             */
                            rules: string[];
                        } | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "pipelines.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conflicts.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                before?: string;
                limit?: string;
                state?: "open" | "decided" | "settled";
                table?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description at the source, behind its change */
                            after: {
                                [key: string]: string | null;
                            } | null;
                            /** @description at the source, before its change; null: no row */
                            before: {
                                [key: string]: string | null;
                            } | null;
                            /** @description what a person chose instead; null of a settled one: it was confirmed */
                            chosen: ({
                                /** @enum {string} */
                                keep: "incoming" | "local";
                            } | {
                                columns: {
                                    [key: string]: "incoming" | "local";
                                };
                            }) | null;
                            /** @description by the target's clock */
                            decidedAt: string;
                            id: number;
                            incomingAtMs: number;
                            /** @description false: too large to be kept; it cannot be overruled here */
                            isWhole: boolean;
                            key: string;
                            /** @description what met; see docs/guide/two-way.md */
                            kind: string;
                            /** @description what was left where both were brought together; null otherwise */
                            left: {
                                [key: string]: string | null;
                            } | null;
                            /** @description as it was found on the target */
                            local: {
                                [key: string]: string | null;
                            } | null;
                            /** @description null: nobody had written to it */
                            localAtMs: number | null;
                            /**
                             * @description which was left: what came from the source, what was on the target, or both together
                             * @enum {string}
                             */
                            outcome: "incoming" | "local" | "both";
                            /** @description in the source's log */
                            position: {
                                file: string;
                                offset: number;
                            };
                            rule: string;
                            settledAt: string | null;
                            settledBy: string | null;
                            /**
                             * @description open: waits for a person; decided: by its rule; settled: by a person
                             * @enum {string}
                             */
                            state: "open" | "decided" | "settled";
                            /** @description schema.table */
                            table: string;
                        }[];
                        next: number | null;
                    };
                };
            };
        };
    };
    "conflicts.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conflict: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description at the source, behind its change */
                        after: {
                            [key: string]: string | null;
                        } | null;
                        /** @description at the source, before its change; null: no row */
                        before: {
                            [key: string]: string | null;
                        } | null;
                        /** @description what a person chose instead; null of a settled one: it was confirmed */
                        chosen: ({
                            /** @enum {string} */
                            keep: "incoming" | "local";
                        } | {
                            columns: {
                                [key: string]: "incoming" | "local";
                            };
                        }) | null;
                        /** @description by the target's clock */
                        decidedAt: string;
                        id: number;
                        incomingAtMs: number;
                        /** @description false: too large to be kept; it cannot be overruled here */
                        isWhole: boolean;
                        key: string;
                        /** @description what met; see docs/guide/two-way.md */
                        kind: string;
                        /** @description what was left where both were brought together; null otherwise */
                        left: {
                            [key: string]: string | null;
                        } | null;
                        /** @description as it was found on the target */
                        local: {
                            [key: string]: string | null;
                        } | null;
                        /** @description null: nobody had written to it */
                        localAtMs: number | null;
                        /**
                         * @description which was left: what came from the source, what was on the target, or both together
                         * @enum {string}
                         */
                        outcome: "incoming" | "local" | "both";
                        /** @description in the source's log */
                        position: {
                            file: string;
                            offset: number;
                        };
                        rule: string;
                        settledAt: string | null;
                        settledBy: string | null;
                        /**
                         * @description open: waits for a person; decided: by its rule; settled: by a person
                         * @enum {string}
                         */
                        state: "open" | "decided" | "settled";
                        /** @description schema.table */
                        table: string;
                    };
                };
            };
        };
    };
    "conflicts.confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conflict: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conflict: {
                            /** @description at the source, behind its change */
                            after: {
                                [key: string]: string | null;
                            } | null;
                            /** @description at the source, before its change; null: no row */
                            before: {
                                [key: string]: string | null;
                            } | null;
                            /** @description what a person chose instead; null of a settled one: it was confirmed */
                            chosen: ({
                                /** @enum {string} */
                                keep: "incoming" | "local";
                            } | {
                                columns: {
                                    [key: string]: "incoming" | "local";
                                };
                            }) | null;
                            /** @description by the target's clock */
                            decidedAt: string;
                            id: number;
                            incomingAtMs: number;
                            /** @description false: too large to be kept; it cannot be overruled here */
                            isWhole: boolean;
                            key: string;
                            /** @description what met; see docs/guide/two-way.md */
                            kind: string;
                            /** @description what was left where both were brought together; null otherwise */
                            left: {
                                [key: string]: string | null;
                            } | null;
                            /** @description as it was found on the target */
                            local: {
                                [key: string]: string | null;
                            } | null;
                            /** @description null: nobody had written to it */
                            localAtMs: number | null;
                            /**
                             * @description which was left: what came from the source, what was on the target, or both together
                             * @enum {string}
                             */
                            outcome: "incoming" | "local" | "both";
                            /** @description in the source's log */
                            position: {
                                file: string;
                                offset: number;
                            };
                            rule: string;
                            settledAt: string | null;
                            settledBy: string | null;
                            /**
                             * @description open: waits for a person; decided: by its rule; settled: by a person
                             * @enum {string}
                             */
                            state: "open" | "decided" | "settled";
                            /** @description schema.table */
                            table: string;
                        };
                        /** @description records of the other direction that are settled with it; null: its server did not answer */
                        elsewhere: number | null;
                    };
                };
            };
        };
    };
    "conflicts.keep": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conflict: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description each column that is not named stays as it is */
                    columns?: {
                        [key: string]: "incoming" | "local";
                    };
                    /**
                     * @description over whatever has become of the row since
                     * @default false
                     */
                    force?: boolean;
                    /** @enum {string} */
                    keep?: "incoming" | "local";
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conflict: {
                            /** @description at the source, behind its change */
                            after: {
                                [key: string]: string | null;
                            } | null;
                            /** @description at the source, before its change; null: no row */
                            before: {
                                [key: string]: string | null;
                            } | null;
                            /** @description what a person chose instead; null of a settled one: it was confirmed */
                            chosen: ({
                                /** @enum {string} */
                                keep: "incoming" | "local";
                            } | {
                                columns: {
                                    [key: string]: "incoming" | "local";
                                };
                            }) | null;
                            /** @description by the target's clock */
                            decidedAt: string;
                            id: number;
                            incomingAtMs: number;
                            /** @description false: too large to be kept; it cannot be overruled here */
                            isWhole: boolean;
                            key: string;
                            /** @description what met; see docs/guide/two-way.md */
                            kind: string;
                            /** @description what was left where both were brought together; null otherwise */
                            left: {
                                [key: string]: string | null;
                            } | null;
                            /** @description as it was found on the target */
                            local: {
                                [key: string]: string | null;
                            } | null;
                            /** @description null: nobody had written to it */
                            localAtMs: number | null;
                            /**
                             * @description which was left: what came from the source, what was on the target, or both together
                             * @enum {string}
                             */
                            outcome: "incoming" | "local" | "both";
                            /** @description in the source's log */
                            position: {
                                file: string;
                                offset: number;
                            };
                            rule: string;
                            settledAt: string | null;
                            settledBy: string | null;
                            /**
                             * @description open: waits for a person; decided: by its rule; settled: by a person
                             * @enum {string}
                             */
                            state: "open" | "decided" | "settled";
                            /** @description schema.table */
                            table: string;
                        };
                        /** @description records of the other direction that are settled with it; null: its server did not answer */
                        elsewhere: number | null;
                    };
                };
            };
        };
    };
    "copy.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            bytes: number;
                            code: string | null;
                            /** @description by the source's statistics */
                            estimatedRows: number;
                            /**
                             * @description again: over the rows that are there
                             * @enum {string}
                             */
                            kind: "first" | "again";
                            message: string | null;
                            messageZh: string | null;
                            percent: number | null;
                            predicate: string | null;
                            rows: number;
                            /** @enum {string} */
                            state: "requested" | "waiting" | "copying" | "done" | "failed" | "canceling" | "canceled";
                            table: string;
                            updatedAt: string;
                        }[];
                        /** @description `copy` of the status object of `otter sync --json`: rates, time left; null when nothing runs */
                        now: unknown;
                    };
                };
            };
        };
    };
    "copy.start": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description source names, schema.table */
                    tables: string[];
                    /** @description only rows of the source for which this condition is true */
                    where?: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tables: string[];
                    };
                };
            };
        };
    };
    "copy.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description source names, schema.table */
                    tables: string[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tables: string[];
                    };
                };
            };
        };
    };
    "copy.throttle": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 0: no limit; null: as the parameter copy-rate says */
                    bytesPerSecond: number | null;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        bytesPerSecond: number | null;
                    };
                };
            };
        };
    };
    "errors.list": {
        parameters: {
            query?: {
                /** @description true: settled ones too */
                all?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            advice: {
                                en: string;
                                zh: string;
                            };
                            after: string | null;
                            before: string | null;
                            code: string;
                            id: number;
                            key: string | null;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            note: string | null;
                            position: {
                                file: string;
                                /** @description '' when the server has none */
                                gtid: string;
                                offset: number;
                            };
                            replacement: string | null;
                            resolvedAt: string | null;
                            /** @description by the target's clock */
                            since: string;
                            /** @enum {string} */
                            state: "open" | "retrying" | "skipping" | "replacing" | "resolved" | "skipped" | "replaced";
                            statement: string | null;
                            table: string;
                        }[];
                    };
                };
            };
        };
    };
    "errors.replace": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: number;
                    /** @description why, for the record */
                    reason: string;
                    /** @description one statement, in the names of the target */
                    sql: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            advice: {
                                en: string;
                                zh: string;
                            };
                            after: string | null;
                            before: string | null;
                            code: string;
                            id: number;
                            key: string | null;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            note: string | null;
                            position: {
                                file: string;
                                /** @description '' when the server has none */
                                gtid: string;
                                offset: number;
                            };
                            replacement: string | null;
                            resolvedAt: string | null;
                            /** @description by the target's clock */
                            since: string;
                            /** @enum {string} */
                            state: "open" | "retrying" | "skipping" | "replacing" | "resolved" | "skipped" | "replaced";
                            statement: string | null;
                            table: string;
                        }[];
                    };
                };
            };
        };
    };
    "errors.retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: number[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            advice: {
                                en: string;
                                zh: string;
                            };
                            after: string | null;
                            before: string | null;
                            code: string;
                            id: number;
                            key: string | null;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            note: string | null;
                            position: {
                                file: string;
                                /** @description '' when the server has none */
                                gtid: string;
                                offset: number;
                            };
                            replacement: string | null;
                            resolvedAt: string | null;
                            /** @description by the target's clock */
                            since: string;
                            /** @enum {string} */
                            state: "open" | "retrying" | "skipping" | "replacing" | "resolved" | "skipped" | "replaced";
                            statement: string | null;
                            table: string;
                        }[];
                    };
                };
            };
        };
    };
    "errors.skip": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: number[];
                    /** @description why, for the record */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            advice: {
                                en: string;
                                zh: string;
                            };
                            after: string | null;
                            before: string | null;
                            code: string;
                            id: number;
                            key: string | null;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            note: string | null;
                            position: {
                                file: string;
                                /** @description '' when the server has none */
                                gtid: string;
                                offset: number;
                            };
                            replacement: string | null;
                            resolvedAt: string | null;
                            /** @description by the target's clock */
                            since: string;
                            /** @enum {string} */
                            state: "open" | "retrying" | "skipping" | "replacing" | "resolved" | "skipped" | "replaced";
                            statement: string | null;
                            table: string;
                        }[];
                    };
                };
            };
        };
    };
    "mappings.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mappings: {
                            /**
                             * @default {
                             *       "mode": "all",
                             *       "names": [],
                             *       "rename": []
                             *     }
                             */
                            columns: {
                                /** @enum {string} */
                                mode: "all" | "include" | "exclude";
                                /** @default [] */
                                names: string[];
                                /** @default [] */
                                rename: {
                                    source: string;
                                    target: string;
                                }[];
                            };
                            /** @description schema.table: names, ranges t[01-32], regular expressions, * */
                            source: string;
                            /** @default null */
                            target: string | null;
                        }[];
                        version: number;
                    };
                };
            };
        };
    };
    "mappings.replace": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mappings: {
                        /**
                         * @default {
                         *       "mode": "all",
                         *       "names": [],
                         *       "rename": []
                         *     }
                         */
                        columns?: {
                            /** @enum {string} */
                            mode: "all" | "include" | "exclude";
                            /** @default [] */
                            names?: string[];
                            /** @default [] */
                            rename?: {
                                source: string;
                                target: string;
                            }[];
                        };
                        /** @description schema.table: names, ranges t[01-32], regular expressions, * */
                        source: string;
                        /** @default null */
                        target?: string | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mappings: {
                            /**
                             * @default {
                             *       "mode": "all",
                             *       "names": [],
                             *       "rename": []
                             *     }
                             */
                            columns: {
                                /** @enum {string} */
                                mode: "all" | "include" | "exclude";
                                /** @default [] */
                                names: string[];
                                /** @default [] */
                                rename: {
                                    source: string;
                                    target: string;
                                }[];
                            };
                            /** @description schema.table: names, ranges t[01-32], regular expressions, * */
                            source: string;
                            /** @default null */
                            target: string | null;
                        }[];
                        version: number;
                    };
                };
            };
        };
    };
    "pipelines.parameters": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: {
                            /** @enum {string} */
                            from: "system" | "channel" | "pipeline";
                            value: string | number;
                        };
                    };
                };
            };
        };
    };
    "position.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description bytes of log between the position and the end */
                        bytesLeft: number | null;
                        /** @description the end of the source's log; null when the source does not answer */
                        end: {
                            file: string;
                            /** @description '' when the server has none */
                            gtid: string;
                            offset: number;
                        } | null;
                        /** @description whether the source still has the log from there on */
                        isLogKept: boolean | null;
                        sourceProblem: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                        /** @description null before the first start */
                        stored: {
                            isOnePlace: boolean;
                            position: {
                                file: string;
                                /** @description '' when the server has none */
                                gtid: string;
                                offset: number;
                            };
                            source: string;
                            updatedAt: string;
                        } | null;
                    };
                };
            };
        };
    };
    "position.set": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the pipeline's name, typed by whoever means it */
                    name: string;
                    /** @description gtid:SET, binlog:FILE:POS, or one of each; or time:ISO, which is looked for in the log */
                    to: string[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        position: {
                            file: string;
                            /** @description '' when the server has none */
                            gtid: string;
                            offset: number;
                        };
                    };
                };
            };
        };
    };
    "position.preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description gtid:SET, binlog:FILE:POS, or one of each; or time:ISO, which is looked for in the log */
                    to: string[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description of log in between */
                        bytes: number | null;
                        /**
                         * @description back: the changes in between come again; forward: they are left out
                         * @enum {string}
                         */
                        direction: "back" | "forward" | "same" | "unknown";
                        from: {
                            file: string;
                            /** @description '' when the server has none */
                            gtid: string;
                            offset: number;
                        } | null;
                        isLogKept: boolean | null;
                        to: {
                            file: string;
                            /** @description '' when the server has none */
                            gtid: string;
                            offset: number;
                        };
                    };
                };
            };
        };
    };
    "preflight.stored": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description of the other direction; null of a pipeline alone */
                        back: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            /** @description source, target or schema.table */
                            subject: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[] | null;
                        checks: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            /** @description source, target or schema.table */
                            subject: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[];
                    };
                };
            };
        };
    };
    "pipelines.start": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        checkpointName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @enum {string} */
                        desired: "running" | "stopped";
                        id: number;
                        mappingCount: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            "server-id"?: number;
                            start?: string;
                            workers?: number;
                        };
                        sourceId: number;
                        targetId: number;
                        twoWay: {
                            /**
                             * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                             * @default []
                             */
                            ask: string[];
                            /**
                             * @description which of two changes of a row stays: the later one, or that of the source or the target
                             * @default newest
                             * @enum {string}
                             */
                            conflicts: "newest" | "from" | "to";
                            /** @description the pipeline that brings the changes of the target back */
                            counterpartId: number;
                            /** @description it copies and carries changes of definition; the other one follows it */
                            leads: boolean;
                            /**
                             * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                             * @default []
                             */
                            rules: string[];
                        } | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "statistics.read": {
        parameters: {
            query?: {
                /** @description milliseconds since 1970; default: an hour before `to` */
                from?: string;
                /** @description at most about as many */
                points?: string;
                /** @description default: now */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description why it was not faster, over the range */
                        bottleneck: {
                            /** @enum {string} */
                            code: "keeps-up" | "source" | "parse" | "worker" | "dependency" | "sql" | "commit" | "unknown";
                            /** @description of the time of that side, 0 to 1 */
                            share: number;
                        };
                        /** @description stretches in which it did not run are left out */
                        points: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            /** @description of log read */
                            bytes: number;
                            commits: number;
                            /** @description by which the applying is behind the reading */
                            lagApplyMs: number | null;
                            /** @description end to end, the largest in the stretch */
                            lagMs: number | null;
                            /** @description by which the reading is behind */
                            lagReadMs: number | null;
                            retries: number;
                            rows: {
                                delete: number;
                                insert: number;
                                update: number;
                            };
                            transactions: number;
                            /** @description milliseconds in each stage; those of writing are summed over connections */
                            waits: {
                                commit: number;
                                dependency: number;
                                idle: number;
                                parse: number;
                                queue: number;
                                source: number;
                                sql: number;
                                worker: number;
                            };
                        }[];
                        /** @description length of the stretch each point is about */
                        resolutionMs: number;
                    };
                };
            };
        };
    };
    "pipelines.stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelId: number;
                        checkpointName: string;
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        description: string;
                        /** @enum {string} */
                        desired: "running" | "stopped";
                        id: number;
                        mappingCount: number;
                        name: string;
                        parameters: {
                            /** @enum {string} */
                            apply?: "transaction" | "row";
                            "conflicts-days"?: number;
                            "control-schema"?: string;
                            "copy-lanes"?: number;
                            "copy-max-lag"?: number;
                            "copy-max-load"?: number;
                            "copy-rate"?: string;
                            /** @enum {string} */
                            "create-tables"?: "auto" | "yes" | "no";
                            ddl?: string;
                            /** @enum {string} */
                            "free-gate"?: "on" | "off";
                            /** @enum {string} */
                            heartbeat?: "auto" | "off";
                            /** @enum {string} */
                            "if-not-empty"?: "fail" | "keep" | "replace";
                            /** @enum {string} */
                            indexes?: "after-copy" | "with-table";
                            memory?: string;
                            /** @enum {string} */
                            mode?: "auto" | "full+incremental" | "full" | "incremental";
                            "otter-marks"?: string;
                            "server-id"?: number;
                            start?: string;
                            workers?: number;
                        };
                        sourceId: number;
                        targetId: number;
                        twoWay: {
                            /**
                             * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                             * @default []
                             */
                            ask: string[];
                            /**
                             * @description which of two changes of a row stays: the later one, or that of the source or the target
                             * @default newest
                             * @enum {string}
                             */
                            conflicts: "newest" | "from" | "to";
                            /** @description the pipeline that brings the changes of the target back */
                            counterpartId: number;
                            /** @description it copies and carries changes of definition; the other one follows it */
                            leads: boolean;
                            /**
                             * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                             * @default []
                             */
                            rules: string[];
                        } | null;
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "tables.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            copy: {
                                percent: number | null;
                                rows: number;
                                state: string;
                            } | null;
                            deleted: number;
                            error: {
                                code: string;
                                id: number;
                                message: string;
                                messageZh: string;
                            } | null;
                            /** @description rows, since the pipeline started; also updated and deleted */
                            inserted: number;
                            /** @enum {string} */
                            state: "streaming" | "waiting" | "copying" | "parked" | "catching-up";
                            table: string;
                            /** @description null until a row went there */
                            target: string | null;
                            /** @description the same since the pipeline was made, over all runs */
                            total: {
                                deleted: number;
                                inserted: number;
                                updated: number;
                            };
                            updated: number;
                        }[];
                        /** @description then only tables are there in which something has happened */
                        targetProblem: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                    };
                };
            };
        };
    };
    "tables.history": {
        parameters: {
            query: {
                /** @description csv: time, inserted, updated, deleted */
                format?: "json" | "csv";
                /** @description milliseconds since 1970; default: an hour before `to` */
                from?: string;
                /** @description at most about as many */
                points?: string;
                table: string;
                /** @description default: now */
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description stretches in which nothing changed are left out */
                        points: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            atMs: number;
                            deleted: number;
                            inserted: number;
                            updated: number;
                        }[];
                        /** @description length of the stretch each point is about */
                        resolutionMs: number;
                    } | string;
                };
            };
        };
    };
    "verifications.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            differences: number;
                            endedAtMs: number | null;
                            error: {
                                code: string;
                                message: string;
                                messageZh: string;
                            } | null;
                            id: number;
                            pipelineId: number;
                            repair: {
                                deleted: number;
                                equal: number;
                                inserted: number;
                                /** @description the first rows that were left as they are, and why */
                                kept: {
                                    code: string;
                                    key: {
                                        [key: string]: string | null;
                                    };
                                    reason: string;
                                    table: string;
                                }[];
                                keptCount: number;
                                /** @enum {string} */
                                kind: "repair" | "undo";
                                stopped: boolean;
                                undone: number;
                                updated: number;
                            } | null;
                            request: {
                                rowsPerSecond: number | null;
                                samplePercent: number | null;
                                tables: string[] | null;
                            };
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                            /** @description the table under way */
                            step: {
                                differences: number;
                                rows: number;
                                rowsExpected: number;
                                table: string;
                                tables: number;
                                tablesDone: number;
                            } | null;
                            /** @description those that are done */
                            tables: {
                                code?: string;
                                complete: boolean;
                                differing: number;
                                extra: number;
                                missing: number;
                                reason?: string;
                                rows: number;
                                table: string;
                                target: string;
                                unsettled: number;
                                /** @enum {string} */
                                verdict: "equal" | "differs" | "unsettled" | "refused";
                            }[];
                            userName: string;
                            /** @description its name on the target, for `otter verify --resume` and `undo` */
                            verifyId: string | null;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "verifications.start": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    rowsPerSecond?: number;
                    samplePercent?: number;
                    /** @description source names, schema.table */
                    tables?: string[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        differences: number;
                        endedAtMs: number | null;
                        error: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                        id: number;
                        pipelineId: number;
                        repair: {
                            deleted: number;
                            equal: number;
                            inserted: number;
                            /** @description the first rows that were left as they are, and why */
                            kept: {
                                code: string;
                                key: {
                                    [key: string]: string | null;
                                };
                                reason: string;
                                table: string;
                            }[];
                            keptCount: number;
                            /** @enum {string} */
                            kind: "repair" | "undo";
                            stopped: boolean;
                            undone: number;
                            updated: number;
                        } | null;
                        request: {
                            rowsPerSecond: number | null;
                            samplePercent: number | null;
                            tables: string[] | null;
                        };
                        /** @enum {string} */
                        state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                        /** @description the table under way */
                        step: {
                            differences: number;
                            rows: number;
                            rowsExpected: number;
                            table: string;
                            tables: number;
                            tablesDone: number;
                        } | null;
                        /** @description those that are done */
                        tables: {
                            code?: string;
                            complete: boolean;
                            differing: number;
                            extra: number;
                            missing: number;
                            reason?: string;
                            rows: number;
                            table: string;
                            target: string;
                            unsettled: number;
                            /** @enum {string} */
                            verdict: "equal" | "differs" | "unsettled" | "refused";
                        }[];
                        userName: string;
                        /** @description its name on the target, for `otter verify --resume` and `undo` */
                        verifyId: string | null;
                    };
                };
            };
        };
    };
    "preflight.unsaved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    mappings: {
                        /**
                         * @default {
                         *       "mode": "all",
                         *       "names": [],
                         *       "rename": []
                         *     }
                         */
                        columns?: {
                            /** @enum {string} */
                            mode: "all" | "include" | "exclude";
                            /** @default [] */
                            names?: string[];
                            /** @default [] */
                            rename?: {
                                source: string;
                                target: string;
                            }[];
                        };
                        /** @description schema.table: names, ranges t[01-32], regular expressions, * */
                        source: string;
                        /** @default null */
                        target?: string | null;
                    }[];
                    /** @default {} */
                    parameters?: {
                        /** @enum {string} */
                        apply?: "transaction" | "row";
                        "conflicts-days"?: number;
                        "control-schema"?: string;
                        "copy-lanes"?: number;
                        "copy-max-lag"?: number;
                        "copy-max-load"?: number;
                        "copy-rate"?: string;
                        /** @enum {string} */
                        "create-tables"?: "auto" | "yes" | "no";
                        ddl?: string;
                        /** @enum {string} */
                        "free-gate"?: "on" | "off";
                        /** @enum {string} */
                        heartbeat?: "auto" | "off";
                        /** @enum {string} */
                        "if-not-empty"?: "fail" | "keep" | "replace";
                        /** @enum {string} */
                        indexes?: "after-copy" | "with-table";
                        memory?: string;
                        /** @enum {string} */
                        mode?: "auto" | "full+incremental" | "full" | "incremental";
                        "otter-marks"?: string;
                        "server-id"?: number;
                        start?: string;
                        workers?: number;
                    };
                    sourceId: number;
                    targetId: number;
                    twoWay?: {
                        /**
                         * @description tables whose conflicts stay open until a person has looked; decided by the rule meanwhile
                         * @default []
                         */
                        ask?: string[];
                        /**
                         * @description which of two changes of a row stays: the later one, or that of the source or the target
                         * @default newest
                         * @enum {string}
                         */
                        conflicts?: "newest" | "from" | "to";
                        /**
                         * @description rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)
                         * @default []
                         */
                        rules?: string[];
                    };
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description of the other direction; null of a pipeline alone */
                        back: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            /** @description source, target or schema.table */
                            subject: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[] | null;
                        checks: {
                            fix: string | null;
                            fixZh: string | null;
                            name: string;
                            nameZh: string;
                            /** @description source, target or schema.table */
                            subject: string;
                            text: string;
                            /** @description the same in Chinese */
                            textZh: string;
                            /** @enum {string} */
                            verdict: "ok" | "warning" | "stop";
                        }[];
                    };
                };
            };
        };
    };
    "search.read": {
        parameters: {
            query: {
                /** @description of each kind */
                limit?: string;
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            channelId: number | null;
                            /** @description the channel of a pipeline, the pipeline of a table, what a code means */
                            detail: string;
                            /** @description null for a code; of a table that of its pipeline */
                            id: number | null;
                            /** @enum {string} */
                            kind: "channel" | "pipeline" | "data-source" | "table" | "user" | "error-code";
                            name: string;
                        }[];
                    };
                };
            };
        };
    };
    "session.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description granted to an OPERATOR */
                        channelIds: number[];
                        /** @enum {string} */
                        role: "ADMIN" | "OPERATOR" | "VIEWER";
                        /** @description of the token; null with a session */
                        scopes: ("read" | "operate" | "configure" | "administer")[] | null;
                        userId: number;
                        userName: string;
                    };
                };
            };
        };
    };
    "session.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "session.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "session.password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    next: string;
                    old: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "system.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        dataDir: string;
                        /** @description resident */
                        memoryBytes: number;
                        nodeVersion: string;
                        /** @description pipelines */
                        running: number;
                        /** @description milliseconds since 1970-01-01 UTC */
                        startedAtMs: number;
                        /** @enum {string} */
                        store: "sqlite" | "mysql";
                        version: string;
                    };
                };
            };
        };
    };
    "tokens.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            expiresAtMs: number | null;
                            id: number;
                            name: string;
                            scopes: ("read" | "operate" | "configure" | "administer")[];
                        }[];
                    };
                };
            };
        };
    };
    "tokens.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default null */
                    expiresAtMs?: number | null;
                    name: string;
                    scopes: ("read" | "operate" | "configure" | "administer")[];
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        expiresAtMs: number | null;
                        id: number;
                        name: string;
                        scopes: ("read" | "operate" | "configure" | "administer")[];
                        secret: string;
                    };
                };
            };
        };
    };
    "tokens.delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "users.list": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            channelIds: number[];
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            disabled: boolean;
                            id: number;
                            name: string;
                            /** @enum {string} */
                            role: "ADMIN" | "OPERATOR" | "VIEWER";
                            /** @description milliseconds since 1970-01-01 UTC */
                            updatedAtMs: number;
                            version: number;
                        }[];
                        /** @description what to ask for `after`; null at the end */
                        next: number | null;
                        /** @description what matches, on all pages */
                        total: number;
                    };
                };
            };
        };
    };
    "users.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description channels an OPERATOR may configure, start and stop
                     * @default []
                     */
                    channelIds?: number[];
                    /** @default false */
                    disabled?: boolean;
                    name: string;
                    password: string;
                    /** @enum {string} */
                    role: "ADMIN" | "OPERATOR" | "VIEWER";
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelIds: number[];
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        disabled: boolean;
                        id: number;
                        name: string;
                        /** @enum {string} */
                        role: "ADMIN" | "OPERATOR" | "VIEWER";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "users.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelIds: number[];
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        disabled: boolean;
                        id: number;
                        name: string;
                        /** @enum {string} */
                        role: "ADMIN" | "OPERATOR" | "VIEWER";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "users.update": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description channels an OPERATOR may configure, start and stop
                     * @default []
                     */
                    channelIds?: number[];
                    /** @default false */
                    disabled?: boolean;
                    name: string;
                    /** @enum {string} */
                    role: "ADMIN" | "OPERATOR" | "VIEWER";
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channelIds: number[];
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        disabled: boolean;
                        id: number;
                        name: string;
                        /** @enum {string} */
                        role: "ADMIN" | "OPERATOR" | "VIEWER";
                        /** @description milliseconds since 1970-01-01 UTC */
                        updatedAtMs: number;
                        version: number;
                    };
                };
            };
        };
    };
    "users.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description required: the ETag of what was read */
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "users.password": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password: string;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description no body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "verifications.read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        differences: number;
                        endedAtMs: number | null;
                        error: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                        id: number;
                        pipelineId: number;
                        repair: {
                            deleted: number;
                            equal: number;
                            inserted: number;
                            /** @description the first rows that were left as they are, and why */
                            kept: {
                                code: string;
                                key: {
                                    [key: string]: string | null;
                                };
                                reason: string;
                                table: string;
                            }[];
                            keptCount: number;
                            /** @enum {string} */
                            kind: "repair" | "undo";
                            stopped: boolean;
                            undone: number;
                            updated: number;
                        } | null;
                        request: {
                            rowsPerSecond: number | null;
                            samplePercent: number | null;
                            tables: string[] | null;
                        };
                        /** @enum {string} */
                        state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                        /** @description the table under way */
                        step: {
                            differences: number;
                            rows: number;
                            rowsExpected: number;
                            table: string;
                            tables: number;
                            tablesDone: number;
                        } | null;
                        /** @description those that are done */
                        tables: {
                            code?: string;
                            complete: boolean;
                            differing: number;
                            extra: number;
                            missing: number;
                            reason?: string;
                            rows: number;
                            table: string;
                            target: string;
                            unsettled: number;
                            /** @enum {string} */
                            verdict: "equal" | "differs" | "unsettled" | "refused";
                        }[];
                        userName: string;
                        /** @description its name on the target, for `otter verify --resume` and `undo` */
                        verifyId: string | null;
                    };
                };
            };
        };
    };
    "verifications.cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        differences: number;
                        endedAtMs: number | null;
                        error: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                        id: number;
                        pipelineId: number;
                        repair: {
                            deleted: number;
                            equal: number;
                            inserted: number;
                            /** @description the first rows that were left as they are, and why */
                            kept: {
                                code: string;
                                key: {
                                    [key: string]: string | null;
                                };
                                reason: string;
                                table: string;
                            }[];
                            keptCount: number;
                            /** @enum {string} */
                            kind: "repair" | "undo";
                            stopped: boolean;
                            undone: number;
                            updated: number;
                        } | null;
                        request: {
                            rowsPerSecond: number | null;
                            samplePercent: number | null;
                            tables: string[] | null;
                        };
                        /** @enum {string} */
                        state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                        /** @description the table under way */
                        step: {
                            differences: number;
                            rows: number;
                            rowsExpected: number;
                            table: string;
                            tables: number;
                            tablesDone: number;
                        } | null;
                        /** @description those that are done */
                        tables: {
                            code?: string;
                            complete: boolean;
                            differing: number;
                            extra: number;
                            missing: number;
                            reason?: string;
                            rows: number;
                            table: string;
                            target: string;
                            unsettled: number;
                            /** @enum {string} */
                            verdict: "equal" | "differs" | "unsettled" | "refused";
                        }[];
                        userName: string;
                        /** @description its name on the target, for `otter verify --resume` and `undo` */
                        verifyId: string | null;
                    };
                };
            };
        };
    };
    "verifications.differences": {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                after?: string;
                limit?: string;
                table?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            columns: {
                                name: string;
                                source?: string | null;
                                target?: string | null;
                            }[];
                            copies?: {
                                source: number;
                                target: number;
                            };
                            key: {
                                [key: string]: string | null;
                            };
                            /**
                             * @description missing on the target, only there, or not the same
                             * @enum {string}
                             */
                            kind: "missing" | "extra" | "different";
                            seq: number;
                            table: string;
                            target: string;
                        }[];
                        next: number | null;
                    };
                };
            };
        };
    };
    "verifications.repair": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description false: only the plan */
                    execute: boolean;
                };
            };
        };
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        plan: {
                            deletes: number;
                            inserts: number;
                            refused: {
                                code: string;
                                reason: string;
                            } | null;
                            rows: {
                                key: {
                                    [key: string]: string | null;
                                };
                                /**
                                 * @description missing on the target, only there, or not the same
                                 * @enum {string}
                                 */
                                kind: "missing" | "extra" | "different";
                            }[];
                            table: string;
                            target: string;
                            triggers: string[];
                            updates: number;
                        }[] | null;
                        verification: {
                            /** @description milliseconds since 1970-01-01 UTC */
                            createdAtMs: number;
                            differences: number;
                            endedAtMs: number | null;
                            error: {
                                code: string;
                                message: string;
                                messageZh: string;
                            } | null;
                            id: number;
                            pipelineId: number;
                            repair: {
                                deleted: number;
                                equal: number;
                                inserted: number;
                                /** @description the first rows that were left as they are, and why */
                                kept: {
                                    code: string;
                                    key: {
                                        [key: string]: string | null;
                                    };
                                    reason: string;
                                    table: string;
                                }[];
                                keptCount: number;
                                /** @enum {string} */
                                kind: "repair" | "undo";
                                stopped: boolean;
                                undone: number;
                                updated: number;
                            } | null;
                            request: {
                                rowsPerSecond: number | null;
                                samplePercent: number | null;
                                tables: string[] | null;
                            };
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                            /** @description the table under way */
                            step: {
                                differences: number;
                                rows: number;
                                rowsExpected: number;
                                table: string;
                                tables: number;
                                tablesDone: number;
                            } | null;
                            /** @description those that are done */
                            tables: {
                                code?: string;
                                complete: boolean;
                                differing: number;
                                extra: number;
                                missing: number;
                                reason?: string;
                                rows: number;
                                table: string;
                                target: string;
                                unsettled: number;
                                /** @enum {string} */
                                verdict: "equal" | "differs" | "unsettled" | "refused";
                            }[];
                            userName: string;
                            /** @description its name on the target, for `otter verify --resume` and `undo` */
                            verifyId: string | null;
                        } | null;
                    };
                };
            };
        };
    };
    "verifications.undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description milliseconds since 1970-01-01 UTC */
                        createdAtMs: number;
                        differences: number;
                        endedAtMs: number | null;
                        error: {
                            code: string;
                            message: string;
                            messageZh: string;
                        } | null;
                        id: number;
                        pipelineId: number;
                        repair: {
                            deleted: number;
                            equal: number;
                            inserted: number;
                            /** @description the first rows that were left as they are, and why */
                            kept: {
                                code: string;
                                key: {
                                    [key: string]: string | null;
                                };
                                reason: string;
                                table: string;
                            }[];
                            keptCount: number;
                            /** @enum {string} */
                            kind: "repair" | "undo";
                            stopped: boolean;
                            undone: number;
                            updated: number;
                        } | null;
                        request: {
                            rowsPerSecond: number | null;
                            samplePercent: number | null;
                            tables: string[] | null;
                        };
                        /** @enum {string} */
                        state: "waiting" | "running" | "done" | "canceled" | "failed" | "repairing" | "undoing";
                        /** @description the table under way */
                        step: {
                            differences: number;
                            rows: number;
                            rowsExpected: number;
                            table: string;
                            tables: number;
                            tablesDone: number;
                        } | null;
                        /** @description those that are done */
                        tables: {
                            code?: string;
                            complete: boolean;
                            differing: number;
                            extra: number;
                            missing: number;
                            reason?: string;
                            rows: number;
                            table: string;
                            target: string;
                            unsettled: number;
                            /** @enum {string} */
                            verdict: "equal" | "differs" | "unsettled" | "refused";
                        }[];
                        userName: string;
                        /** @description its name on the target, for `otter verify --resume` and `undo` */
                        verifyId: string | null;
                    };
                };
            };
        };
    };
    "metrics.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description a problem */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        advice: {
                            en: string;
                            zh: string;
                        };
                        /** @description one of the codes of docs/guide/errors.md */
                        code: string;
                        detail: string;
                        /** @description the same in Chinese */
                        detailZh: string;
                        /** @description what is wrong where */
                        fields: {
                            /** @description of the text that was sent, from 1 */
                            line?: number;
                            message: string;
                            /** @description the same in Chinese */
                            messageZh: string;
                            path: string;
                        }[];
                        status: number;
                        title: string;
                        /** @description about:blank; the code says more */
                        type: string;
                    };
                };
            };
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
}
