"""What pages made for people say about themselves: schema.org and microformats."""
