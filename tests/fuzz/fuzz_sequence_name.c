/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as the name of a sequence. The parts found lie within the text. */

#include "fuzz.h"

#include "media/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = fuzz_text(data, size);
    size_t before = 0;
    const char *after = NULL;
    int width = 0;
    if (zd_sequence_split(path, &before, &after, &width)) {
        bool is_inside =
            before < strlen(path) && after > path + before && after <= path + strlen(path);
        if (!is_inside || path[before] != '%' || after[-1] != 'd' || width < 1 || width > 18) {
            abort();
        }
    }
    char name[256];
    if (zd_sequence_name(path, 1234567, name, sizeof name, NULL) == ZD_OK &&
        strlen(name) >= sizeof name)
    {
        abort();
    }
    zd_sequence_is_path(path);
    free(path);
    return 0;
}
