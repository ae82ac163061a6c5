/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a fuzz target on random bytes, for targets that make something valid of any: SECONDS [SEED].
 * A crash leaves the input in random.input. Ends with "N inputs". */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 600 };

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

int main(int argc, char **argv)
{
    uint8_t data[MOST_BYTES];
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    time_t end = time(NULL) + (argc > 1 ? atol(argv[1]) : 5);
    long count = 0;
    for (; time(NULL) < end; count++) {
        size_t size = next(&state) % MOST_BYTES;
        for (size_t i = 0; i < size; i++) {
            data[i] = (uint8_t) (next(&state) >> 32);
        }
        FILE *file = fopen("random.input", "wb");
        if (file != NULL) {
            fwrite(data, 1, size, file);
            fclose(file);
        }
        LLVMFuzzerTestOneInput(data, size);
    }
    remove("random.input");
    printf("%ld inputs\n", count);
    return 0;
}
