"""What combines features: the lab's page, the wall's page, previews. The only room that imports them."""
