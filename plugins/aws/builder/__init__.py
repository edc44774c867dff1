"""Makes the catalogues of AWS kinds out of botocore's service models and the override table. Not shipped.

    cd plugins/aws && python -m builder [--fresh]

`vendor` reads the models, `options` says what the table may override; `items`, `shapes`, `identity`, `calls`, `links`
and `permissions` each derive one part of a kind; `assemble` puts a kind together and `names` says what its properties
may be called. `everything` does the same for what the table does not speak about: `listable` says what there is,
`above` what it is listed from, `lines` writes the line that nobody wrote.
"""
