/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* write_formula KIND FILE: a tiny network of the formula's weights, for the command line's tests. */

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "formula.h"
#include "zd_test.h"

int main(int argc, char **argv)
{
    static const char *const kinds[] = { "still", "video", "mono", "views" };
    for (int i = 0; argc == 3 && i < 4; i++) {
        if (strcmp(argv[1], kinds[i]) == 0) {
            zd_context *ctx = zd_test_context(1);
            char *path = formula_write(ctx, (formula_network) i);
            bool moved = path != NULL && rename(path, argv[2]) == 0;
            if (path != NULL) {
                formula_remove(path);
            }
            zd_context_destroy(&ctx);
            return moved ? 0 : 1;
        }
    }
    fprintf(stderr, "usage: write_formula still|video|mono|views FILE\n");
    return 2;
}
