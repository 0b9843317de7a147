"""Finding people, activities and hotlines: by words, and by what is known of them."""
