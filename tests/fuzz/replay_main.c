/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a fuzz target as a normal test: over every file of a corpus folder, each cut short at many
 * places and with single bytes changed. Ends with "N passed, N failed"; a crash fails the test. */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_CUTS = 400, MOST_FLIPS = 2000 };

static void run_variants(const uint8_t *data, size_t size)
{
    size_t cut = size / MOST_CUTS + 1;
    size_t flip = size / MOST_FLIPS + 1;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return;
    }
    LLVMFuzzerTestOneInput(data, size);
    for (size_t length = 0; length < size; length += cut) {
        LLVMFuzzerTestOneInput(data, length);
    }
    for (size_t at = 0; at < size; at += flip) {
        memcpy(copy, data, size);
        copy[at] ^= (uint8_t) (1U << (at % 8));
        LLVMFuzzerTestOneInput(copy, size);
        copy[at] = (uint8_t) (at % 3 == 0 ? 0xFF : 0);
        LLVMFuzzerTestOneInput(copy, size);
    }
    free(copy);
}

static int run_file(const char *folder, const char *name)
{
    char path[4096];
    zd_mapping mapping;
    zd_error err;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (zd_file_map(path, &mapping, &err) != ZD_OK) {
        printf("%s\n", err.message);
        return 1;
    }
    run_variants(mapping.data != NULL ? mapping.data : (const uint8_t *) "", mapping.bytes);
    zd_file_unmap(&mapping);
    return 0;
}

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    DIR *dir = argc > 1 ? opendir(argv[1]) : NULL;
    if (dir == NULL) {
        printf("no corpus folder\n0 passed, 1 failed\n");
        return 1;
    }
    for (struct dirent *item; (item = readdir(dir)) != NULL;) {
        if (item->d_name[0] != '.') {
            int bad = run_file(argv[1], item->d_name);
            failed += bad;
            passed += !bad;
        }
    }
    closedir(dir);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
