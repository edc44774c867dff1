"""Makes the catalogues of GCP kinds out of Google's discovery documents and the override table. Not shipped.

    cd plugins/gcp && python -m gcp_builder [--fresh]

`documents` reads the documents, `options` says what the table may override; `listing`, `identity`, `members`, `shapes`,
`changing`, `links` and `permissions` each derive one part of a kind; `assemble` puts a kind together. `everything`
makes lines for what the table does not speak about, `methods` writes down how the operations in use are called over
HTTP, and `catalogues` is all of it.
"""
