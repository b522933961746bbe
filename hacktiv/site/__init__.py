"""The frame around all pages: middleware, health, what each page shows around its content, regular tasks, the admin."""
