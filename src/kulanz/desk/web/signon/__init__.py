"""The desk's side of the company's single sign-on, around the library's views."""
