/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a coded depth map. What can be decoded is encoded again and decoded to the
 * same bits. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "cache/cache_codec.h"

static bool is_same(const zd_image *a, const zd_image *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    zd_view one = zd_image_view(a);
    zd_view two = zd_image_view(b);
    bool same = one.width == two.width && one.height == two.height;
    for (int y = 0; same && y < one.height; y++) {
        same = memcmp(zd_view_row_u8(one, y), zd_view_row_u8(two, y),
                      (size_t) one.width * sizeof(float)) == 0;
    }
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_cache_depth first;
    zd_cache_depth second;
    uint8_t *code = NULL;
    size_t bytes = 0;
    if (zd_cache_decode(fuzz_context(), data, size, &first, NULL) != ZD_OK) {
        return 0;
    }
    if (zd_cache_encode(fuzz_context(), &first, &code, &bytes, NULL) != ZD_OK ||
        zd_cache_decode(fuzz_context(), code, bytes, &second, NULL) != ZD_OK ||
        first.depth.kind != second.depth.kind ||
        !is_same(first.depth.values, second.depth.values) ||
        !is_same(first.foreground, second.foreground))
    {
        abort();
    }
    zd_free(fuzz_context(), code);
    zd_cache_depth_release(&first);
    zd_cache_depth_release(&second);
    return 0;
}
