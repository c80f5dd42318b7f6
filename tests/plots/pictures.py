"""What is on a picture."""

from matplotlib.text import Text


def words(picture):
    """Return all visible texts of a picture."""
    texts = [text.get_text() for text in picture.findobj(Text) if text.get_visible()]
    return [text for text in texts if text]


def said(picture, part):
    """Return whether some text holds a part."""
    return any(part in text for text in words(picture))
