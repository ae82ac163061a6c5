/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a TensorFlow Lite network. What is read must be a list that our parser
 * takes, too, with as many values as its tensors say. */

#include "fuzz.h"

#include "model/graph.h"
#include "models/tflite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    zd_tflite network;
    zd_error err = { 0 };
    /* The bytes end where they end: a read beyond them is seen. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, data, size);
    if (zd_tflite_read(ctx, exact, size, "a.", &network, &err) == ZD_OK) {
        zd_graph graph;
        for (int i = 0; i < network.output_count; i++) {
            for (int p = 0; p < network.outputs[i].part_count; p++) {
                zd_text_format(&network.list, "result r%d_%d a.%d\n", i, p,
                               network.outputs[i].parts[p]);
            }
        }
        if (zd_graph_parse(ctx, network.list.data, &graph, &err) == ZD_OK) {
            zd_graph_finish(&graph);
        }
        zd_tflite_release(&network);
    } else if (err.message[0] == '\0') {
        abort();
    }
    free(exact);
    return 0;
}
