CREATE TABLE IF NOT EXISTS graph (name TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS kind (
    graph TEXT NOT NULL, fqn TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (graph, fqn)
) WITHOUT ROWID;

-- cloud, account, region and zone hold the id of the nearest such node above (or of the node itself)
CREATE TABLE IF NOT EXISTS node (
    graph TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL,
    cloud TEXT, account TEXT, region TEXT, zone TEXT,
    reported TEXT NOT NULL, desired TEXT, metadata TEXT, usage TEXT,
    hash BLOB, revision INTEGER NOT NULL, created TEXT NOT NULL,
    PRIMARY KEY (graph, id)
);
CREATE INDEX IF NOT EXISTS node_by_kind ON node (graph, kind);
CREATE INDEX IF NOT EXISTS node_by_cloud ON node (graph, cloud, kind);
CREATE INDEX IF NOT EXISTS node_by_account ON node (graph, account, kind);
CREATE INDEX IF NOT EXISTS node_by_region ON node (graph, region, kind);
CREATE INDEX IF NOT EXISTS node_by_zone ON node (graph, zone, kind);

-- run: the collect run that found an edge between accounts (a deferred edge); NULL for the edges of an upload
CREATE TABLE IF NOT EXISTS edge (
    graph TEXT NOT NULL, src TEXT NOT NULL, type TEXT NOT NULL, dst TEXT NOT NULL, run TEXT,
    PRIMARY KEY (graph, src, type, dst)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_by_end ON edge (graph, dst, type);

CREATE TABLE IF NOT EXISTS deferred (
    graph TEXT NOT NULL, run TEXT NOT NULL, type TEXT NOT NULL, start TEXT NOT NULL, stop TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS subscription (
    subscriber TEXT NOT NULL, message_type TEXT NOT NULL, timeout REAL NOT NULL, wait_for_completion INTEGER NOT NULL,
    PRIMARY KEY (subscriber, message_type)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, workflow TEXT NOT NULL, state TEXT NOT NULL, step INTEGER NOT NULL,
    step_started REAL NOT NULL, started REAL NOT NULL, ended REAL, answers TEXT NOT NULL, timing TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS run_by_start ON run (started);

CREATE TABLE IF NOT EXISTS message (
    run TEXT NOT NULL, at REAL NOT NULL, step TEXT NOT NULL, subscriber TEXT NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_by_run ON message (run);

CREATE TABLE IF NOT EXISTS progress (
    run TEXT NOT NULL, step TEXT NOT NULL, subscriber TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (run, step, subscriber)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS config (id TEXT PRIMARY KEY, body TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
