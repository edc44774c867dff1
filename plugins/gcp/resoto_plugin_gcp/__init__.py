"""Google Cloud for resotoworker: the hooks, nothing else."""
