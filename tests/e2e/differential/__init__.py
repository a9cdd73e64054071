"""The differential test: random tables and statements on a real server, RowFerry's lines applied to a model, and the model
compared with the server's own SELECT. `scripts/differential --help`; docs/development.md."""
