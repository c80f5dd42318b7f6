"""From event tables to answers: tables in, tables out."""
