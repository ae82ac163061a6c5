/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any bytes as a weights file; what parses can be read to its last value and found by
 * its names. */

#include "fuzz.h"

#include "model/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_safetensors *file = NULL;
    zd_error err;
    if (zd_safetensors_parse(fuzz_context(), data, size, &file, &err) == ZD_OK) {
        for (int i = 0; i < zd_safetensors_count(file); i++) {
            const zd_stored_tensor *tensor = zd_safetensors_at(file, i);
            float value[2];
            if (tensor->dtype != ZD_DTYPE_OTHER && tensor->count > 0) {
                zd_safetensors_read(file, tensor, 0, 1, &value[0]);
                zd_safetensors_read(file, tensor, tensor->count - 1, 1, &value[1]);
            }
            if (zd_safetensors_find(file, tensor->name) != tensor) {
                abort();
            }
        }
    } else if (err.message[0] == '\0') {
        abort();
    }
    zd_safetensors_close(&file);
    return 0;
}
