"""What the sample organisation is made of."""
