"""The network edge of AWS: a moto server in its own process, and estates that are made in it through boto3."""
