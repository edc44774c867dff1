"""The graph of one scope: nodes and typed edges, its checks, the model it needs, its export."""
