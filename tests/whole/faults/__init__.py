"""What fails between cloud, worker and core, and what the core knows afterwards."""
