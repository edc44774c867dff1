"""What plugins import: settings, hooks, the kind language, the graph, collecting, cleaning, the core's protocol."""
