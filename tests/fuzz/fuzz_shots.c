/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as a remembered list of shots; what parses is written the same. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/shot_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static zd_context *context(void)
{
    static zd_context *ctx;
    if (ctx == NULL) {
        zd_context_params params = { .threads = 1 };
        if (zd_context_create(&params, &ctx, NULL) != ZD_OK) {
            abort();
        }
    }
    return ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = context();
    zd_shot_list list = { .ctx = ctx };
    zd_shot_list again = { .ctx = ctx };
    zd_text text;
    zd_error err;
    char *copy = zd_alloc(ctx, size + 1);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    copy[size] = '\0';
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
    zd_free(ctx, copy);
    return 0;
}
