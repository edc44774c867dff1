"""The core's protocol, as a worker and the embedded core both speak it."""
