/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as an operator list. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/graph.h"

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
    zd_graph graph;
    zd_error err;
    char *text = zd_alloc(ctx, size + 1);
    if (text == NULL) {
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    if (zd_graph_parse(ctx, text, &graph, &err) == ZD_OK) {
        for (int i = 0; i < graph.count; i++) {
            for (int j = 0; j < graph.ops[i].input_count; j++) {
                if (graph.ops[i].inputs[j] < 0 || graph.ops[i].inputs[j] >= i) {
                    abort();
                }
            }
        }
        zd_graph_finish(&graph);
    }
    zd_free(ctx, text);
    return 0;
}
