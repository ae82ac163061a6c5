/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_FUZZ_H
#define ZD_TEST_FUZZ_H

/* What every fuzz target needs: libFuzzer's entry, one context for all inputs, the input as text. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline zd_context *fuzz_context(void)
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

/** The input with a zero after it, of malloc. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

#endif
