"""A Google Cloud for tests, made from Google's discovery documents. `server.GcpServer` says how it is used."""
