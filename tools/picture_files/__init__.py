"""Picture files made for tests and tools: photographs, and HEIF files put together by hand."""
