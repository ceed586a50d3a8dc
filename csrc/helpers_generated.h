/* Made by src/tierup/abi/generate.py from src/tierup/abi/helpers.py: do not edit. */
#ifndef TIERUP_HELPERS_GENERATED_H
#define TIERUP_HELPERS_GENERATED_H

PyObject *tierup_binary_op(PyObject *, PyObject *, int64_t);
PyObject *tierup_unary_negative(PyObject *);
PyObject *tierup_unary_positive(PyObject *);
PyObject *tierup_unary_invert(PyObject *);
int64_t tierup_is_true(PyObject *);
PyObject *tierup_compare(PyObject *, PyObject *, int64_t);
int64_t tierup_contains_simple(PyObject *, PyObject *);
int64_t tierup_contains(PyObject *, PyObject *);
int64_t tierup_float_pow(double, double, void *);
double tierup_float_mod(double, double);
double tierup_float_floordiv(double, double);
PyObject *tierup_box_int(int64_t);
PyObject *tierup_box_float(double);
PyObject *tierup_box_numpy_float(double);
PyObject *tierup_box_numpy_int(int64_t);
int64_t tierup_numpy_quiet(double, double, double, int64_t);
PyObject *tierup_str_item(PyObject *, int64_t);
int64_t tierup_str_equal(PyObject *, PyObject *);
PyObject *tierup_str_concat(PyObject *, PyObject *);
PyObject *tierup_str_append(PyObject *, PyObject *);
PyObject *tierup_int_of_str(PyObject *);
PyObject *tierup_float_of_str(PyObject *);
PyObject *tierup_float_of_str_caught(PyObject *);
PyObject *tierup_int_of_str_caught(PyObject *);
int64_t tierup_str_tail(PyObject *, PyObject *, int64_t, int64_t, int64_t);
int64_t tierup_str_find(PyObject *, PyObject *, int64_t, int64_t, int64_t);
int64_t tierup_str_count(PyObject *, PyObject *, int64_t, int64_t);
int64_t tierup_long_truth(PyObject *);
PyObject *tierup_binary_subscr(PyObject *, PyObject *);
int64_t tierup_store_subscr(PyObject *, PyObject *, PyObject *);
int64_t tierup_delete_subscr(PyObject *, PyObject *);
PyObject *tierup_dict_subscr(PyObject *, PyObject *);
int64_t tierup_dict_store(PyObject *, PyObject *, PyObject *);
int64_t tierup_dict_store_plain(PyObject *, PyObject *, PyObject *);
PyObject *tierup_list_slice(PyObject *, int64_t, int64_t, int64_t);
int64_t tierup_list_set_slice(PyObject *, int64_t, int64_t, PyObject *);
int64_t tierup_list_splice(PyObject *, int64_t, int64_t, PyObject *, int64_t, int64_t, int64_t, PyObject *, int64_t, int64_t, PyObject *, int64_t, int64_t);
PyObject *tierup_build_slice(PyObject *, PyObject *, PyObject *);
PyObject *tierup_load_attr(PyObject *, PyObject *);
PyObject *tierup_load_attr_cached(PyObject *, PyObject *, void *);
PyObject *tierup_load_attr_caught(PyObject *, PyObject *, void *);
PyObject *tierup_getattr(PyObject *, PyObject *, PyObject *, void *);
int64_t tierup_hasattr(PyObject *, PyObject *, void *);
int64_t tierup_store_attr(PyObject *, PyObject *, PyObject *);
int64_t tierup_store_attr_cached(PyObject *, PyObject *, PyObject *, void *);
int64_t tierup_delete_attr(PyObject *, PyObject *);
int64_t tierup_load_method(PyObject *, PyObject *, void *);
int64_t tierup_load_method_cached(PyObject *, PyObject *, void *, void *);
PyObject *tierup_dict_value(PyObject *, PyObject *, void *);
int64_t tierup_not_own(PyObject *, PyObject *);
int64_t tierup_plain_dict(PyObject *);
int64_t tierup_store_new_value(PyObject *, PyObject *, PyObject *);
PyObject *tierup_load_global(PyObject *, PyObject *, PyObject *);
PyObject *tierup_load_global_cached(PyObject *, PyObject *, PyObject *, void *);
PyObject *tierup_find_global(PyObject *, PyObject *, PyObject *, void *);
int64_t tierup_recheck_global(PyObject *, PyObject *, PyObject *, void *);
int64_t tierup_store_global(PyObject *, PyObject *, PyObject *);
int64_t tierup_put_global_int(PyObject *, PyObject *, int64_t, void *);
int64_t tierup_put_global_float(PyObject *, PyObject *, double, void *);
PyObject *tierup_swap_global(PyObject *, PyObject *, PyObject *, void *);
int64_t tierup_delete_global(PyObject *, PyObject *);
PyObject *tierup_load_name(_PyInterpreterFrame *, PyObject *);
int64_t tierup_store_name(_PyInterpreterFrame *, PyObject *, PyObject *);
int64_t tierup_delete_name(_PyInterpreterFrame *, PyObject *);
PyObject *tierup_load_classderef(_PyInterpreterFrame *, int64_t);
int64_t tierup_unbound_local(_PyInterpreterFrame *, int64_t);
int64_t tierup_unbound_deref(_PyInterpreterFrame *, int64_t);
int64_t tierup_delete_deref(_PyInterpreterFrame *, int64_t);
PyObject *tierup_call(PyThreadState *, PyObject *, PyObject **, int64_t, PyObject *);
PyObject *tierup_call_known(PyThreadState *, PyObject *, PyObject **, int64_t);
PyObject *tierup_call_maybe_method(PyThreadState *, PyObject *, PyObject **, int64_t, PyObject *);
PyObject *tierup_call_borrow(PyThreadState *, PyObject *, PyObject **, int64_t, PyObject *);
PyObject *tierup_call_builtin(PyThreadState *, PyObject *, PyObject **, int64_t);
PyObject *tierup_call_quiet(PyThreadState *, PyObject *, PyObject **, int64_t);
int64_t tierup_is_instance(PyObject *, PyObject *);
PyObject *tierup_dict_get(PyObject *, PyObject *, PyObject *);
int64_t tierup_object_id(PyObject *);
PyObject *tierup_str_of(PyObject *);
PyObject *tierup_int_str(int64_t);
int64_t tierup_str_ord(PyObject *);
PyObject *tierup_call_ex(PyThreadState *, PyObject *, PyObject *, PyObject *);
PyObject *tierup_call_ex_copy(PyThreadState *, PyObject *, PyObject *, PyObject *);
PyObject *tierup_new_instance(PyObject *);
PyObject *tierup_make_instance(PyObject *, int64_t, PyObject **, int64_t);
PyObject *tierup_get_yield_from_iter(_PyInterpreterFrame *, PyObject *);
PyObject *tierup_get_awaitable(PyThreadState *, PyObject *, int64_t);
int64_t tierup_send(PyObject *, PyObject *, void *);
PyObject *tierup_get_aiter(PyThreadState *, PyObject *);
PyObject *tierup_get_anext(PyThreadState *, PyObject *);
int64_t tierup_anext_send(PyThreadState *, PyObject *, void *);
void *tierup_push_inlined(PyThreadState *, void *, PyObject *, PyObject *, int64_t, PyObject **, int64_t);
void *tierup_show_inlined(PyThreadState *, void *, PyObject *, PyObject *, int64_t, PyObject **, int64_t);
int64_t tierup_unshow_inlined(PyThreadState *, _PyInterpreterFrame *);
void *tierup_push_fed(PyThreadState *, void *, PyObject *, PyObject *, int64_t, PyObject **, int64_t);
PyObject *tierup_run_fed(PyThreadState *, void *, PyObject *, int64_t, int64_t);
PyObject *tierup_gather_list();
int64_t tierup_gathered_list(PyObject *);
PyObject *tierup_feed_finish(PyObject *, PyObject *, int64_t);
PyObject *tierup_special(PyThreadState *, PyObject *, PyObject *, PyObject *, int64_t);
PyObject *tierup_load_property(PyThreadState *, PyObject *, PyObject *, PyObject *);
PyObject *tierup_special_rest(PyObject *, PyObject *, PyObject *, int64_t);
PyObject *tierup_make_inlined(_PyInterpreterFrame *, PyObject *, PyObject *, void *, int64_t);
PyObject *tierup_run_inlined(PyThreadState *, void *, PyObject *, int64_t);
int64_t tierup_consume_inlined(void *, PyObject *, int64_t, int64_t, int64_t);
PyObject *tierup_make_generator(PyObject *, int64_t, PyObject **, int64_t);
int64_t tierup_take_generator(PyObject *, PyObject *, PyObject *, PyObject *, void *);
PyObject *tierup_build_tuple(PyObject **, int64_t);
PyObject *tierup_build_list(PyObject **, int64_t);
PyObject *tierup_build_set(PyObject **, int64_t);
PyObject *tierup_build_map(PyObject **, int64_t);
PyObject *tierup_build_const_key_map(PyObject *, PyObject **, int64_t);
PyObject *tierup_build_string(PyObject **, int64_t);
PyObject *tierup_format_value(PyObject *, PyObject *, int64_t);
int64_t tierup_list_append(PyObject *, PyObject *);
PyObject *tierup_list_pop(PyObject *, int64_t);
int64_t tierup_list_insert(PyObject *, int64_t, PyObject *);
int64_t tierup_list_extend(PyObject *, PyObject *);
PyObject *tierup_list_to_tuple(PyObject *);
int64_t tierup_set_add(PyObject *, PyObject *);
int64_t tierup_set_update(PyObject *, PyObject *);
int64_t tierup_map_add(PyObject *, PyObject *, PyObject *);
int64_t tierup_dict_update(PyObject *, PyObject *);
int64_t tierup_dict_merge(PyObject *, PyObject *, PyObject *);
PyObject *tierup_make_function(_PyInterpreterFrame *, PyObject *, int64_t, PyObject **, int64_t);
PyObject *tierup_load_build_class(_PyInterpreterFrame *);
PyObject *tierup_get_iter(PyObject *);
PyObject *tierup_range_iterator(int64_t, int64_t, int64_t);
PyObject *tierup_range_iterator_at(int64_t, int64_t, int64_t, int64_t);
PyObject *tierup_for_iter(PyObject *);
int64_t tierup_zip_plain(PyObject *);
int64_t tierup_enumerate_next(PyObject *, void *);
int64_t tierup_unpack_sequence(PyThreadState *, PyObject *, int64_t, void *);
int64_t tierup_can_unpack(PyObject *, int64_t);
int64_t tierup_unpack_store(_PyInterpreterFrame *, PyObject *, int64_t, int64_t, int64_t, int64_t);
int64_t tierup_unpack_ex(PyThreadState *, PyObject *, int64_t, void *);
int64_t tierup_match_kind(PyObject *, int64_t);
PyObject *tierup_match_class(PyObject *, PyObject *, PyObject *, int64_t);
PyObject *tierup_match_keys(PyObject *, PyObject *);
int64_t tierup_raise_varargs(PyThreadState *, PyObject *, PyObject *);
void *tierup_land(PyThreadState *, _PyInterpreterFrame *, int64_t, int64_t);
int64_t tierup_reraise(_PyInterpreterFrame *, PyObject *, PyObject *);
int64_t tierup_reraise_out(PyThreadState *, _PyInterpreterFrame *, PyObject *, PyObject *, PyObject **, int64_t);
int64_t tierup_raise_again(PyThreadState *);
PyObject *tierup_push_exc_info(PyThreadState *, PyObject *);
int64_t tierup_make_caught(PyObject *);
int64_t tierup_caught_matches(PyObject *, PyObject *);
int64_t tierup_caught_popped(PyObject *);
PyObject *tierup_caught_before(PyObject *);
PyObject *tierup_caught_value(PyObject *);
int64_t tierup_caught_end(PyObject *);
int64_t tierup_pop_caught(PyThreadState *, PyObject *);
int64_t tierup_pop_except(PyThreadState *, PyObject *);
int64_t tierup_exc_match(PyThreadState *, PyObject *, PyObject *);
int64_t tierup_check_eg_match(PyThreadState *, PyObject *, PyObject *, void *);
PyObject *tierup_prep_reraise_star(PyObject *, PyObject *);
PyObject *tierup_with_except_start(PyThreadState *, PyObject *, PyObject *);
int64_t tierup_before_with(PyThreadState *, PyObject *, void *);
int64_t tierup_before_async_with(PyThreadState *, PyObject *, void *);
PyObject *tierup_import_name(PyThreadState *, _PyInterpreterFrame *, PyObject *, PyObject *, PyObject *);
PyObject *tierup_import_from(PyThreadState *, PyObject *, PyObject *);
PyObject *tierup_get_len(PyObject *);
int64_t tierup_tools(PyThreadState *);
int64_t tierup_poll(PyThreadState *, _PyInterpreterFrame *);
void *tierup_poll_raised(PyThreadState *, _PyInterpreterFrame *, int64_t);

/* Part of the tag of cached code: a helper may change its arguments and keep its name; and the numbers below. */
#define TIERUP_HELPERS_DIGEST "dd12aff75845c93e"

/* What takes the values of a generator (abi/feeds.py). */
enum {
    TIERUP_FEED_ANY,
    TIERUP_FEED_ALL,
    TIERUP_FEED_SUM,
    TIERUP_FEED_MIN,
    TIERUP_FEED_MAX,
    TIERUP_FEED_LIST,
    TIERUP_FEED_TUPLE,
    TIERUP_FEED_SORTED,
    TIERUP_FEED_SET,
    TIERUP_FEED_JOIN,
    TIERUP_FEED_LOOP,
};

/* Rows of tierup_helper_symbols. */
#define TIERUP_HELPER_SYMBOLS \
    {"tierup_binary_op", (void *)tierup_binary_op}, \
    {"tierup_unary_negative", (void *)tierup_unary_negative}, \
    {"tierup_unary_positive", (void *)tierup_unary_positive}, \
    {"tierup_unary_invert", (void *)tierup_unary_invert}, \
    {"tierup_is_true", (void *)tierup_is_true}, \
    {"tierup_compare", (void *)tierup_compare}, \
    {"tierup_contains_simple", (void *)tierup_contains_simple}, \
    {"tierup_contains", (void *)tierup_contains}, \
    {"tierup_float_pow", (void *)tierup_float_pow}, \
    {"tierup_float_mod", (void *)tierup_float_mod}, \
    {"tierup_float_floordiv", (void *)tierup_float_floordiv}, \
    {"tierup_box_int", (void *)tierup_box_int}, \
    {"tierup_box_float", (void *)tierup_box_float}, \
    {"tierup_box_numpy_float", (void *)tierup_box_numpy_float}, \
    {"tierup_box_numpy_int", (void *)tierup_box_numpy_int}, \
    {"tierup_numpy_quiet", (void *)tierup_numpy_quiet}, \
    {"tierup_str_item", (void *)tierup_str_item}, \
    {"tierup_str_equal", (void *)tierup_str_equal}, \
    {"tierup_str_concat", (void *)tierup_str_concat}, \
    {"tierup_str_append", (void *)tierup_str_append}, \
    {"tierup_int_of_str", (void *)tierup_int_of_str}, \
    {"tierup_float_of_str", (void *)tierup_float_of_str}, \
    {"tierup_float_of_str_caught", (void *)tierup_float_of_str_caught}, \
    {"tierup_int_of_str_caught", (void *)tierup_int_of_str_caught}, \
    {"tierup_str_tail", (void *)tierup_str_tail}, \
    {"tierup_str_find", (void *)tierup_str_find}, \
    {"tierup_str_count", (void *)tierup_str_count}, \
    {"tierup_long_truth", (void *)tierup_long_truth}, \
    {"tierup_binary_subscr", (void *)tierup_binary_subscr}, \
    {"tierup_store_subscr", (void *)tierup_store_subscr}, \
    {"tierup_delete_subscr", (void *)tierup_delete_subscr}, \
    {"tierup_dict_subscr", (void *)tierup_dict_subscr}, \
    {"tierup_dict_store", (void *)tierup_dict_store}, \
    {"tierup_dict_store_plain", (void *)tierup_dict_store_plain}, \
    {"tierup_list_slice", (void *)tierup_list_slice}, \
    {"tierup_list_set_slice", (void *)tierup_list_set_slice}, \
    {"tierup_list_splice", (void *)tierup_list_splice}, \
    {"tierup_build_slice", (void *)tierup_build_slice}, \
    {"tierup_load_attr", (void *)tierup_load_attr}, \
    {"tierup_load_attr_cached", (void *)tierup_load_attr_cached}, \
    {"tierup_load_attr_caught", (void *)tierup_load_attr_caught}, \
    {"tierup_getattr", (void *)tierup_getattr}, \
    {"tierup_hasattr", (void *)tierup_hasattr}, \
    {"tierup_store_attr", (void *)tierup_store_attr}, \
    {"tierup_store_attr_cached", (void *)tierup_store_attr_cached}, \
    {"tierup_delete_attr", (void *)tierup_delete_attr}, \
    {"tierup_load_method", (void *)tierup_load_method}, \
    {"tierup_load_method_cached", (void *)tierup_load_method_cached}, \
    {"tierup_dict_value", (void *)tierup_dict_value}, \
    {"tierup_not_own", (void *)tierup_not_own}, \
    {"tierup_plain_dict", (void *)tierup_plain_dict}, \
    {"tierup_store_new_value", (void *)tierup_store_new_value}, \
    {"tierup_load_global", (void *)tierup_load_global}, \
    {"tierup_load_global_cached", (void *)tierup_load_global_cached}, \
    {"tierup_find_global", (void *)tierup_find_global}, \
    {"tierup_recheck_global", (void *)tierup_recheck_global}, \
    {"tierup_store_global", (void *)tierup_store_global}, \
    {"tierup_put_global_int", (void *)tierup_put_global_int}, \
    {"tierup_put_global_float", (void *)tierup_put_global_float}, \
    {"tierup_swap_global", (void *)tierup_swap_global}, \
    {"tierup_delete_global", (void *)tierup_delete_global}, \
    {"tierup_load_name", (void *)tierup_load_name}, \
    {"tierup_store_name", (void *)tierup_store_name}, \
    {"tierup_delete_name", (void *)tierup_delete_name}, \
    {"tierup_load_classderef", (void *)tierup_load_classderef}, \
    {"tierup_unbound_local", (void *)tierup_unbound_local}, \
    {"tierup_unbound_deref", (void *)tierup_unbound_deref}, \
    {"tierup_delete_deref", (void *)tierup_delete_deref}, \
    {"tierup_call", (void *)tierup_call}, \
    {"tierup_call_known", (void *)tierup_call_known}, \
    {"tierup_call_maybe_method", (void *)tierup_call_maybe_method}, \
    {"tierup_call_borrow", (void *)tierup_call_borrow}, \
    {"tierup_call_builtin", (void *)tierup_call_builtin}, \
    {"tierup_call_quiet", (void *)tierup_call_quiet}, \
    {"tierup_is_instance", (void *)tierup_is_instance}, \
    {"tierup_dict_get", (void *)tierup_dict_get}, \
    {"tierup_object_id", (void *)tierup_object_id}, \
    {"tierup_str_of", (void *)tierup_str_of}, \
    {"tierup_int_str", (void *)tierup_int_str}, \
    {"tierup_str_ord", (void *)tierup_str_ord}, \
    {"tierup_call_ex", (void *)tierup_call_ex}, \
    {"tierup_call_ex_copy", (void *)tierup_call_ex_copy}, \
    {"tierup_new_instance", (void *)tierup_new_instance}, \
    {"tierup_make_instance", (void *)tierup_make_instance}, \
    {"tierup_get_yield_from_iter", (void *)tierup_get_yield_from_iter}, \
    {"tierup_get_awaitable", (void *)tierup_get_awaitable}, \
    {"tierup_send", (void *)tierup_send}, \
    {"tierup_get_aiter", (void *)tierup_get_aiter}, \
    {"tierup_get_anext", (void *)tierup_get_anext}, \
    {"tierup_anext_send", (void *)tierup_anext_send}, \
    {"tierup_push_inlined", (void *)tierup_push_inlined}, \
    {"tierup_show_inlined", (void *)tierup_show_inlined}, \
    {"tierup_unshow_inlined", (void *)tierup_unshow_inlined}, \
    {"tierup_push_fed", (void *)tierup_push_fed}, \
    {"tierup_run_fed", (void *)tierup_run_fed}, \
    {"tierup_gather_list", (void *)tierup_gather_list}, \
    {"tierup_gathered_list", (void *)tierup_gathered_list}, \
    {"tierup_feed_finish", (void *)tierup_feed_finish}, \
    {"tierup_special", (void *)tierup_special}, \
    {"tierup_load_property", (void *)tierup_load_property}, \
    {"tierup_special_rest", (void *)tierup_special_rest}, \
    {"tierup_make_inlined", (void *)tierup_make_inlined}, \
    {"tierup_run_inlined", (void *)tierup_run_inlined}, \
    {"tierup_consume_inlined", (void *)tierup_consume_inlined}, \
    {"tierup_make_generator", (void *)tierup_make_generator}, \
    {"tierup_take_generator", (void *)tierup_take_generator}, \
    {"tierup_build_tuple", (void *)tierup_build_tuple}, \
    {"tierup_build_list", (void *)tierup_build_list}, \
    {"tierup_build_set", (void *)tierup_build_set}, \
    {"tierup_build_map", (void *)tierup_build_map}, \
    {"tierup_build_const_key_map", (void *)tierup_build_const_key_map}, \
    {"tierup_build_string", (void *)tierup_build_string}, \
    {"tierup_format_value", (void *)tierup_format_value}, \
    {"tierup_list_append", (void *)tierup_list_append}, \
    {"tierup_list_pop", (void *)tierup_list_pop}, \
    {"tierup_list_insert", (void *)tierup_list_insert}, \
    {"tierup_list_extend", (void *)tierup_list_extend}, \
    {"tierup_list_to_tuple", (void *)tierup_list_to_tuple}, \
    {"tierup_set_add", (void *)tierup_set_add}, \
    {"tierup_set_update", (void *)tierup_set_update}, \
    {"tierup_map_add", (void *)tierup_map_add}, \
    {"tierup_dict_update", (void *)tierup_dict_update}, \
    {"tierup_dict_merge", (void *)tierup_dict_merge}, \
    {"tierup_make_function", (void *)tierup_make_function}, \
    {"tierup_load_build_class", (void *)tierup_load_build_class}, \
    {"tierup_get_iter", (void *)tierup_get_iter}, \
    {"tierup_range_iterator", (void *)tierup_range_iterator}, \
    {"tierup_range_iterator_at", (void *)tierup_range_iterator_at}, \
    {"tierup_for_iter", (void *)tierup_for_iter}, \
    {"tierup_zip_plain", (void *)tierup_zip_plain}, \
    {"tierup_enumerate_next", (void *)tierup_enumerate_next}, \
    {"tierup_unpack_sequence", (void *)tierup_unpack_sequence}, \
    {"tierup_can_unpack", (void *)tierup_can_unpack}, \
    {"tierup_unpack_store", (void *)tierup_unpack_store}, \
    {"tierup_unpack_ex", (void *)tierup_unpack_ex}, \
    {"tierup_match_kind", (void *)tierup_match_kind}, \
    {"tierup_match_class", (void *)tierup_match_class}, \
    {"tierup_match_keys", (void *)tierup_match_keys}, \
    {"tierup_raise_varargs", (void *)tierup_raise_varargs}, \
    {"tierup_land", (void *)tierup_land}, \
    {"tierup_reraise", (void *)tierup_reraise}, \
    {"tierup_reraise_out", (void *)tierup_reraise_out}, \
    {"tierup_raise_again", (void *)tierup_raise_again}, \
    {"tierup_push_exc_info", (void *)tierup_push_exc_info}, \
    {"tierup_make_caught", (void *)tierup_make_caught}, \
    {"tierup_caught_matches", (void *)tierup_caught_matches}, \
    {"tierup_caught_popped", (void *)tierup_caught_popped}, \
    {"tierup_caught_before", (void *)tierup_caught_before}, \
    {"tierup_caught_value", (void *)tierup_caught_value}, \
    {"tierup_caught_end", (void *)tierup_caught_end}, \
    {"tierup_pop_caught", (void *)tierup_pop_caught}, \
    {"tierup_pop_except", (void *)tierup_pop_except}, \
    {"tierup_exc_match", (void *)tierup_exc_match}, \
    {"tierup_check_eg_match", (void *)tierup_check_eg_match}, \
    {"tierup_prep_reraise_star", (void *)tierup_prep_reraise_star}, \
    {"tierup_with_except_start", (void *)tierup_with_except_start}, \
    {"tierup_before_with", (void *)tierup_before_with}, \
    {"tierup_before_async_with", (void *)tierup_before_async_with}, \
    {"tierup_import_name", (void *)tierup_import_name}, \
    {"tierup_import_from", (void *)tierup_import_from}, \
    {"tierup_get_len", (void *)tierup_get_len}, \
    {"tierup_tools", (void *)tierup_tools}, \
    {"tierup_poll", (void *)tierup_poll}, \
    {"tierup_poll_raised", (void *)tierup_poll_raised}, \
    {NULL, NULL}

#endif
