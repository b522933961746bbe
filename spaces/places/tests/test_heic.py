"""Photos as iPhones take them."""

from io import BytesIO

import pillow_heif
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from spaces.places.files.pictures import cleaned_picture

from .test_pictures import drawn


@pytest.mark.parametrize("name", ["IMG_0042.HEIC", "photo.heif"])
def test_a_photo_of_an_iphone_becomes_a_jpeg(name):
    pillow_heif.register_heif_opener()
    written = BytesIO()
    wide = Image.new("RGB", (600, 400), "blue")
    wide.paste("red", (0, 0, 300, 400))
    wide.save(written, format="HEIF", quality=90)
    picture = drawn(cleaned_picture(SimpleUploadedFile(name, written.getvalue())))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (600, 400))
    assert picture.getpixel((10, 200))[0] > 200 and picture.getpixel((590, 200))[2] > 200
    with pytest.raises(ValidationError) as refused:
        cleaned_picture(SimpleUploadedFile("photo.jpg", written.getvalue()))
    assert refused.value.code == "lying_name"
    for whole, code in ((200, "not_a_picture"), (-40, "damaged")):
        with pytest.raises(ValidationError) as refused:
            cleaned_picture(SimpleUploadedFile(name, written.getvalue()[:whole]))
        assert refused.value.code == code
