"""Many documents → one store: sources with their manifest, places, the build and loading."""
