"""The kind language (`kind`), the provider-neutral kinds (`base`) and sets of kinds (`catalogue`)."""
