"""Making the faces in pictures and videos unrecognisable."""
