"""Makes the catalogue of AWS kinds out of botocore's service models and the override table. Not shipped.

    cd plugins/aws && python -m builder [--fresh]

`vendor` reads the models, `table` the overrides; `items`, `shapes`, `identity`, `calls`, `links` and `permissions`
each derive one part of a kind; `assemble` puts a kind together and `names` keeps property names apart.
"""
