"""Files to descriptions: the only room that imports the packages that read weight files. It runs in workers."""
