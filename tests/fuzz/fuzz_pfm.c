/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a portable float map. What parses fits in the bytes it came from. */

#include "fuzz.h"

#include "media/pfm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_image *image = NULL;
    zd_error err;
    if (zd_pfm_parse(fuzz_context(), "fuzz", data, size, &image, &err) == ZD_OK) {
        zd_view view = zd_image_view(image);
        size_t samples = (size_t) view.width * (size_t) view.height * (size_t) view.format.channels;
        if (samples * sizeof(float) > size) {
            abort();
        }
    } else if (image != NULL) {
        abort();
    }
    zd_image_unref(&image);
    return 0;
}
