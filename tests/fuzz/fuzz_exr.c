/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as an EXR. What can be opened can be asked about and its channels read, or a
 * message says why not. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

#include "media/exr.h"

static const char *path_of(void)
{
    static char path[] = "/tmp/zdepth-fuzz-XXXXXX";
    static int file = -1;
    if (file < 0 && (file = mkstemp(path)) < 0) {
        abort();
    }
    return path;
}

static void read_channel(zd_exr *exr, int part, int channel)
{
    zd_error err;
    int width;
    int height;
    zd_image *image = NULL;
    zd_exr_size(exr, part, &width, &height);
    enum { MOST_PIXELS = 1 << 16 }; /* large ones take time and show nothing more */
    if ((int64_t) width * height > MOST_PIXELS ||
        zd_image_create(fuzz_context(), width, height, ZD_GRAY_F32, &image, &err) != ZD_OK)
    {
        return;
    }
    zd_exr_wanted wanted = { .channel = channel, .view = zd_image_view(image) };
    zd_status ignored = zd_exr_read(exr, part, &wanted, 1, NULL, &err);
    (void) ignored;
    zd_image_unref(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_error err;
    zd_exr *exr = NULL;
    FILE *file = fopen(path_of(), "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) {
        abort();
    }
    zd_status status = zd_exr_open(fuzz_context(), path_of(), &exr, &err);
    if ((status == ZD_OK) != (exr != NULL)) {
        abort();
    }
    for (int part = 0; exr != NULL && part < zd_exr_part_count(exr) && part < 4; part++) {
        for (int c = 0; c < zd_exr_channel_count(exr, part) && c < 4; c++) {
            read_channel(exr, part, c);
        }
    }
    zd_exr_close(&exr);
    return 0;
}
