/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as an operator list. */

#include "fuzz.h"

#include "model/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    zd_graph graph;
    zd_error err;
    char *text = fuzz_text(data, size);
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
    free(text);
    return 0;
}
