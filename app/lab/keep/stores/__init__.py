"""Where uploads are kept: on disk, or in a server that replicas share."""
