"""HTTP and HTML only: no arrays, no pictures, no arithmetic on shapes."""
