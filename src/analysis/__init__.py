"""Gongkai (公开): China's annual reports on government-information disclosure as checked, tidy data."""
