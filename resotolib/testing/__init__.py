"""For authors of plugins: a small collector to read, a run in memory, and checks that every collector has to pass."""
