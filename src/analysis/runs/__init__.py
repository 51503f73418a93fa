"""What happens without anyone watching: planned notebooks are executed and become a site."""
