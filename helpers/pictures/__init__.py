"""How a figure of the course is drawn, sent to the browser while it moves, and saved."""
