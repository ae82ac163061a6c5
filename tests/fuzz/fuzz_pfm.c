/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a portable float map. What parses fits in the bytes it came from. */

#include <stdlib.h>

#include "media/pfm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static zd_context *context(void)
{
    static zd_context *ctx;
    if (ctx == NULL) {
        zd_context_params params = { .threads = 1, .max_dimension = 4096 };
        if (zd_context_create(&params, &ctx, NULL) != ZD_OK) {
            abort();
        }
    }
    return ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_image *image = NULL;
    zd_error err;
    if (zd_pfm_parse(context(), "fuzz", data, size, &image, &err) == ZD_OK) {
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
