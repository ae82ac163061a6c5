/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as a remembered list of shots; what parses is written the same. */

#include "fuzz.h"

#include "depth/shot_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    zd_shot_list list = { .ctx = ctx };
    zd_shot_list again = { .ctx = ctx };
    zd_text text;
    zd_error err;
    char *copy = fuzz_text(data, size);
    zd_text_init(&text, ctx);
    if (zd_shot_list_parse(&list, copy, &err) == ZD_OK) {
        zd_shot_list_write(&list, &text);
        if (text.data == NULL || zd_shot_list_parse(&again, text.data, &err) != ZD_OK ||
            again.count != list.count)
        {
            abort();
        }
    }
    zd_text_release(&text);
    zd_shot_list_release(&list);
    zd_shot_list_release(&again);
    free(copy);
    return 0;
}
