/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_OP_LIST_H
#define ZD_MODEL_OP_LIST_H

/* The operators: one row each, ROW(KIND, name in operator lists). Its file in ops/ defines
 * zd_op_type_NAME (operator.h). A backend that computes one in its own way has a list of its own. */

#define ZD_OPERATORS(ROW)      \
    ROW(INPUT, input)          \
    ROW(CONV, conv)            \
    ROW(CONVT, convt)          \
    ROW(ADD, add)              \
    ROW(MUL, mul)              \
    ROW(CAT, cat)              \
    ROW(UP2, up2)              \
    ROW(RESIZE, resize)        \
    ROW(AVG2, avg2)            \
    ROW(MAX2, max2)            \
    ROW(GAP, gap)              \
    ROW(TOKENS, tokens)        \
    ROW(GRID, grid)            \
    ROW(SHAPE, shape)          \
    ROW(HOLD, hold)            \
    ROW(MARK, mark)            \
    ROW(FIRST, first)          \
    ROW(NORM, norm)            \
    ROW(GROUP_NORM, groupnorm) \
    ROW(MOMENTS, moments)      \
    ROW(INSTANCE, instance)    \
    ROW(HEAD_NORM, headnorm)   \
    ROW(ROPE, rope)            \
    ROW(PLACE, place)          \
    ROW(GEGLU, geglu)          \
    ROW(TIME, time)            \
    ROW(VIEWS, views)          \
    ROW(PRELU, prelu)          \
    ROW(ATTENTION, attention)  \
    ROW(OUTPUT, output)        \
    ROW(RESULT, result)

#endif
