"""Views as one file that needs no server: pictures, styles and scripts are in it."""
