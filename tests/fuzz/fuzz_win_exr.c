/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as an EXR for the program of Windows. */

#include "fuzz.h"

#include "exr_plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_image *image = NULL;
    uint8_t *copy = malloc(size + 1); /* of its exact size, so that a read past it is seen */
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    if (zd_win_exr_read(fuzz_context(), "input", copy, size, &image, NULL) == ZD_OK &&
        zd_image_view(image).data == NULL)
    {
        abort();
    }
    zd_image_unref(&image);
    free(copy);
    return 0;
}
