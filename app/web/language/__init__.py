"""The language of a request, and the catalogs by which its pages get their words."""
